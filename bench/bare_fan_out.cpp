// usage: bare_fan_out FILE BITS_PER_SECOND PORT: what the machine can do at most: sends FILE over
// and over, paced, from one buffer to whoever sends anything to 127.0.0.1:PORT, one send() a client
// every 20 ms. No HTTP is read, nothing is made and nobody is spared. Ends by a signal.
#include <arpa/inet.h>
#include <netinet/in.h>
#include <sys/resource.h>
#include <sys/socket.h>
#include <unistd.h>

#include <algorithm>
#include <chrono>
#include <cstdint>
#include <exception>
#include <fstream>
#include <iterator>
#include <stdexcept>
#include <string>
#include <string_view>
#include <thread>
#include <vector>

#include <fmt/format.h>

namespace {

using Clock = std::chrono::steady_clock;

struct Client {
  int socket = -1;
  std::uint64_t sent = 0;  // of all that there was since the start
};

class FanOut {
 public:
  FanOut(const std::string& path, double bits_per_second, std::uint16_t port)
      : bytes_per_second_(bits_per_second / 8),
        listener_(::socket(AF_INET, SOCK_STREAM | SOCK_NONBLOCK | SOCK_CLOEXEC, 0)) {
    std::ifstream in(path, std::ios::binary);
    file_.assign(std::istreambuf_iterator<char>(in), {});
    if (file_.empty()) throw std::runtime_error(path + ": cannot be read");
    constexpr int kYes = 1;
    ::setsockopt(listener_, SOL_SOCKET, SO_REUSEADDR, &kYes, sizeof kYes);
    sockaddr_in address{};
    address.sin_family = AF_INET;
    address.sin_port = htons(port);
    address.sin_addr.s_addr = htonl(INADDR_LOOPBACK);
    if (::bind(listener_, reinterpret_cast<const sockaddr*>(&address), sizeof address) < 0 ||
        ::listen(listener_, 4096) < 0) {
      throw std::runtime_error(fmt::format("port {} cannot be had", port));
    }
  }

  [[noreturn]] void run() {
    const auto start = Clock::now();
    for (auto round = start;; round += std::chrono::milliseconds(20)) {
      std::this_thread::sleep_until(round);
      accept_all();
      const double passed = std::chrono::duration<double>(Clock::now() - start).count();
      due_ = static_cast<std::uint64_t>(passed * bytes_per_second_);
      for (Client& client : clients_) send_due(client);
    }
  }

 private:
  void accept_all() {
    for (;;) {
      const int socket = ::accept4(listener_, nullptr, nullptr, SOCK_NONBLOCK | SOCK_CLOEXEC);
      if (socket < 0) return;
      constexpr std::string_view kHead = "HTTP/1.1 200 OK\r\nContent-Type: video/mp2t\r\n\r\n";
      ::send(socket, kHead.data(), kHead.size(), MSG_NOSIGNAL);
      clients_.push_back({socket, due_});
    }
  }

  void send_due(Client& client) {
    while (client.sent < due_) {
      const std::size_t at = client.sent % file_.size();
      const std::size_t size = std::min<std::uint64_t>(due_ - client.sent, file_.size() - at);
      const ssize_t sent = ::send(client.socket, &file_[at], size, MSG_NOSIGNAL | MSG_DONTWAIT);
      if (sent <= 0) return;
      client.sent += static_cast<std::uint64_t>(sent);
    }
  }

  double bytes_per_second_;
  int listener_;
  std::vector<char> file_;
  std::vector<Client> clients_;
  std::uint64_t due_ = 0;
};

}  // namespace

int main(int argc, char** argv) try {
  if (argc != 4) throw std::runtime_error("usage: FILE BITS_PER_SECOND PORT");
  rlimit limit{};
  ::getrlimit(RLIMIT_NOFILE, &limit);
  limit.rlim_cur = limit.rlim_max;
  ::setrlimit(RLIMIT_NOFILE, &limit);
  FanOut(argv[1], std::stod(argv[2]), static_cast<std::uint16_t>(std::stoul(argv[3]))).run();
} catch (const std::exception& error) {
  fmt::print(stderr, "bare_fan_out: {}\n", error.what());
  return 1;
}
