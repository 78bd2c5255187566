// usage: http_load PORT CONNECTIONS SECONDS PATH [CONNECTIONS_A_SECOND]: GETs from 127.0.0.1, one
// thread. On each connection the next request follows the answer, unless that does not end. Prints
// one line of JSON about the SECONDS that begin one second after the last connection got its first
// bytes. Bodies are dropped in the kernel (MSG_TRUNC), so that it costs a fraction of what the
// server does.
#include <arpa/inet.h>
#include <netinet/in.h>
#include <netinet/tcp.h>
#include <sys/epoll.h>
#include <sys/resource.h>
#include <sys/socket.h>
#include <unistd.h>

#include <algorithm>
#include <array>
#include <cerrno>
#include <chrono>
#include <cstdint>
#include <cstdlib>
#include <exception>
#include <stdexcept>
#include <string>
#include <string_view>
#include <system_error>
#include <utility>
#include <vector>

#include <fmt/format.h>

namespace {

using Clock = std::chrono::steady_clock;
using std::chrono::duration;

struct Settings {
  std::uint16_t port = 0;
  std::size_t connections = 0;
  double seconds = 0;
  std::string path;
  double opened_a_second = 0;  // 0: all at once
};

struct Client {
  int socket = -1;
  bool is_connected = false;
  bool has_head = false;     // of the answer under way
  bool has_started = false;  // it got an answer
  bool is_dead = false;
  std::uint64_t body_left = 0;
  std::uint64_t bytes = 0;  // since the measuring began
  Clock::time_point asked{};
};

[[noreturn]] void fail(const std::string& what) {
  throw std::system_error(errno, std::generic_category(), what);
}

class Load {
 public:
  explicit Load(const Settings& settings)
      : settings_(settings),
        request_(fmt::format("GET {} HTTP/1.1\r\nHost: 127.0.0.1\r\nUser-Agent: http_load\r\n\r\n",
                             settings.path)),
        epoll_(::epoll_create1(0)),
        clients_(settings.connections) {
    if (epoll_ < 0) fail("epoll_create1");
  }

  void run() {
    const auto begin = Clock::now();
    while (!is_measuring_ || Clock::now() < end_) {
      open_due(duration<double>(Clock::now() - begin).count());
      std::array<epoll_event, 512> events;
      const int count = ::epoll_wait(epoll_, events.data(), events.size(), 10);
      for (int i = 0; i < count; ++i) {
        const epoll_event& event = events.at(static_cast<std::size_t>(i));
        on_event(clients_[event.data.u64], event.events);
      }
      if (!is_measuring_ && started_ + dead_ == clients_.size()) warm_up();
      constexpr double kPatience = 120;
      if (!is_measuring_ && duration<double>(Clock::now() - begin).count() > kPatience) {
        throw std::runtime_error(fmt::format("{} of {} got an answer", started_, clients_.size()));
      }
    }
    report();
  }

 private:
  void open_due(double passed) {
    if (opened_ == clients_.size()) return;
    const double due = settings_.opened_a_second > 0 ? passed * settings_.opened_a_second : 1e9;
    while (opened_ < clients_.size() && static_cast<double>(opened_) < due) open_one(opened_++);
  }

  void open_one(std::size_t index) {
    Client& client = clients_[index];
    client.socket = ::socket(AF_INET, SOCK_STREAM | SOCK_NONBLOCK | SOCK_CLOEXEC, 0);
    if (client.socket < 0) fail("socket");
    constexpr int kYes = 1;
    ::setsockopt(client.socket, IPPROTO_TCP, TCP_NODELAY, &kYes, sizeof kYes);
    sockaddr_in address{};
    address.sin_family = AF_INET;
    address.sin_port = htons(settings_.port);
    address.sin_addr.s_addr = htonl(INADDR_LOOPBACK);
    if (::connect(client.socket, reinterpret_cast<const sockaddr*>(&address), sizeof address) < 0 &&
        errno != EINPROGRESS) {
      fail("connect");
    }
    epoll_event event{};
    event.events = EPOLLIN | EPOLLOUT;
    event.data.u64 = index;
    if (::epoll_ctl(epoll_, EPOLL_CTL_ADD, client.socket, &event) < 0) fail("epoll_ctl");
  }

  void on_event(Client& client, std::uint32_t events) {
    if (client.is_dead) return;
    if (!client.is_connected && (events & EPOLLOUT) != 0) {
      client.is_connected = true;
      epoll_event event{};
      event.events = EPOLLIN;
      event.data.u64 = static_cast<std::uint64_t>(&client - clients_.data());
      ::epoll_ctl(epoll_, EPOLL_CTL_MOD, client.socket, &event);
      ask(client);
    }
    if ((events & (EPOLLIN | EPOLLHUP | EPOLLERR)) != 0) receive(client);
  }

  void ask(Client& client) {
    client.has_head = false;
    client.asked = Clock::now();
    const ssize_t sent = ::send(client.socket, request_.data(), request_.size(), MSG_NOSIGNAL);
    if (sent != static_cast<ssize_t>(request_.size())) lose(client);
  }

  void receive(Client& client) {
    const int flags = client.has_head ? MSG_DONTWAIT | MSG_TRUNC : MSG_DONTWAIT;
    const ssize_t got = ::recv(client.socket, buffer_.data(), buffer_.size(), flags);
    if (got < 0 && errno == EAGAIN) return;
    if (got <= 0) return lose(client);
    const auto size = static_cast<std::size_t>(got);
    if (is_measuring_) client.bytes += size;
    if (client.has_head) return take_body(client, size);
    const std::string_view head(buffer_.data(), size);
    const auto end = head.find("\r\n\r\n");
    if (end == std::string_view::npos || !head.starts_with("HTTP/1.1 200")) return lose(client);
    client.has_head = true;
    if (!std::exchange(client.has_started, true)) ++started_;
    const auto length = head.find("Content-Length: ");
    client.body_left =
        length < end ? std::strtoull(head.data() + length + 16, nullptr, 10) : UINT64_MAX;
    take_body(client, size - end - 4);
  }

  void take_body(Client& client, std::size_t size) {
    if (client.body_left != UINT64_MAX)
      client.body_left -= std::min(client.body_left, std::uint64_t{size});
    if (client.body_left > 0) return;
    if (is_measuring_) {
      ++answers_;
      const auto took = duration<double, std::micro>(Clock::now() - client.asked).count();
      times_.push_back(static_cast<float>(took));
    }
    ask(client);
  }

  void lose(Client& client) {
    client.is_dead = true;
    ++dead_;
    ::close(client.socket);
  }

  // What an endless body begins with is more than its rate.
  void warm_up() {
    constexpr std::chrono::seconds kWarm{1};
    if (begun_ == Clock::time_point{}) begun_ = Clock::now() + kWarm;
    if (Clock::now() < begun_) return;
    is_measuring_ = true;
    begun_ = Clock::now();
    end_ =
        begun_ + std::chrono::duration_cast<Clock::duration>(duration<double>(settings_.seconds));
  }

  void report() {
    const double seconds = duration<double>(Clock::now() - begun_).count();
    std::vector<std::uint64_t> bytes;
    std::uint64_t total = 0;
    for (const Client& client : clients_) {
      bytes.push_back(client.bytes);
      total += client.bytes;
    }
    std::sort(bytes.begin(), bytes.end());
    std::sort(times_.begin(), times_.end());
    const auto time_at = [&](double part) {
      if (times_.empty()) return 0.0F;
      return times_[static_cast<std::size_t>(part * static_cast<double>(times_.size() - 1))];
    };
    fmt::print(
        "{{\"connections\":{},\"dead\":{},\"seconds\":{:.3f},\"answers\":{},\"bytes\":{},\"min_"
        "bytes\":{},"
        "\"median_bytes\":{},\"p50_us\":{:.0f},\"p99_us\":{:.0f}}}\n",
        clients_.size(), dead_, seconds, answers_, total, bytes.front(), bytes[bytes.size() / 2],
        time_at(0.5), time_at(0.99));
  }

  Settings settings_;
  std::string request_;
  int epoll_;
  std::vector<Client> clients_;
  std::vector<char> buffer_ = std::vector<char>(1 << 20);
  std::vector<float> times_;
  std::size_t opened_ = 0;
  std::size_t started_ = 0;
  std::size_t dead_ = 0;
  std::uint64_t answers_ = 0;
  bool is_measuring_ = false;
  Clock::time_point begun_{};
  Clock::time_point end_{};
};

Settings parse(int count, char** words) {
  if (count < 5 || count > 6) {
    throw std::runtime_error("usage: PORT CONNECTIONS SECONDS PATH [CONNECTIONS_A_SECOND]");
  }
  Settings out;
  out.port = static_cast<std::uint16_t>(std::stoul(words[1]));
  out.connections = std::stoul(words[2]);
  out.seconds = std::stod(words[3]);
  out.path = words[4];
  if (count == 6) out.opened_a_second = std::stod(words[5]);
  if (out.connections == 0) throw std::runtime_error("http_load: no connections");
  return out;
}

}  // namespace

int main(int argc, char** argv) try {
  rlimit limit{};
  ::getrlimit(RLIMIT_NOFILE, &limit);
  limit.rlim_cur = limit.rlim_max;
  ::setrlimit(RLIMIT_NOFILE, &limit);
  Load(parse(argc, argv)).run();
  return 0;
} catch (const std::exception& error) {
  fmt::print(stderr, "http_load: {}\n", error.what());
  return 1;
}
