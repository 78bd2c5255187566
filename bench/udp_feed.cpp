// usage: udp_feed FILE.ts BITS_PER_SECOND BASE_PORT COUNT SECONDS: sends an MPEG-TS file over and
// over, paced, in datagrams of seven packets to the COUNT ports from BASE_PORT on of 127.0.0.1.
// Each receiver starts at another place of the file, as real sources do. Loopback only; ends by
// itself. The timestamps of the file go on from round to round.
#include <arpa/inet.h>
#include <netinet/in.h>
#include <sys/socket.h>
#include <time.h>
#include <unistd.h>

#include <array>
#include <chrono>
#include <cstdint>
#include <cstdlib>
#include <fstream>
#include <iterator>
#include <stdexcept>
#include <string>
#include <thread>
#include <vector>

#include <fmt/format.h>

namespace {

constexpr std::size_t kPacket = 188;
constexpr std::size_t kDatagram = 7 * kPacket;
constexpr std::uint64_t kClock33 = (std::uint64_t{1} << 33) - 1;
using Clock = std::chrono::steady_clock;

using Packet = std::array<std::uint8_t, kPacket>;

std::uint64_t get33(const std::uint8_t* at) {  // PTS or DTS, ISO 13818-1 2.4.3.7
  return (std::uint64_t{at[0] & 0x0EU} << 29) | (std::uint64_t{at[1]} << 22) |
         (std::uint64_t{at[2] & 0xFEU} << 14) | (std::uint64_t{at[3]} << 7) | (at[4] >> 1U);
}

void put33(std::uint8_t* at, std::uint64_t value) {
  at[0] = static_cast<std::uint8_t>((at[0] & 0xF1U) | ((value >> 29) & 0x0EU));
  at[1] = static_cast<std::uint8_t>(value >> 22);
  at[2] = static_cast<std::uint8_t>(((value >> 14) & 0xFEU) | 1U);
  at[3] = static_cast<std::uint8_t>(value >> 7);
  at[4] = static_cast<std::uint8_t>(((value << 1) & 0xFEU) | 1U);
}

// Moves the PCR, PTS and DTS of one packet by `ticks` of 90 kHz and sets its continuity counter.
void retime(Packet& packet, std::uint64_t ticks, std::array<std::uint8_t, 8192>& counters) {
  const std::size_t pid = ((packet[1] & 0x1FU) << 8) | packet[2];
  const bool has_field = (packet[3] & 0x20U) != 0;
  const bool has_payload = (packet[3] & 0x10U) != 0;
  if (has_payload) {
    packet[3] = static_cast<std::uint8_t>((packet[3] & 0xF0U) | (counters[pid]++ & 0x0FU));
  }
  if (has_field && packet[4] >= 7 && (packet[5] & 0x10U) != 0) {
    std::uint64_t base = (std::uint64_t{packet[6]} << 25) | (std::uint64_t{packet[7]} << 17) |
                         (std::uint64_t{packet[8]} << 9) | (std::uint64_t{packet[9]} << 1) |
                         (packet[10] >> 7U);
    base = (base + ticks) & kClock33;
    packet[6] = static_cast<std::uint8_t>(base >> 25);
    packet[7] = static_cast<std::uint8_t>(base >> 17);
    packet[8] = static_cast<std::uint8_t>(base >> 9);
    packet[9] = static_cast<std::uint8_t>(base >> 1);
    packet[10] = static_cast<std::uint8_t>((packet[10] & 0x7FU) | ((base & 1U) << 7));
  }
  if ((packet[1] & 0x40U) == 0 || !has_payload) return;
  const std::size_t at = has_field ? 5U + packet[4] : 4U;
  if (at + 19 > kPacket || packet[at] != 0 || packet[at + 1] != 0 || packet[at + 2] != 1) return;
  const unsigned flags = packet[at + 7] >> 6U;
  if (flags >= 2) put33(&packet[at + 9], (get33(&packet[at + 9]) + ticks) & kClock33);
  if (flags == 3) put33(&packet[at + 14], (get33(&packet[at + 14]) + ticks) & kClock33);
}

// One receiver: its place in the file, how often it went round, its continuity counters.
struct Receiver {
  sockaddr_in address{};
  std::size_t next = 0;
  std::uint64_t offset_ticks = 0;
  std::array<std::uint8_t, 8192> counters{};
};

class Feed {
 public:
  Feed(const std::string& path, double bits_per_second)
      : file_(read(path)), datagrams_per_second_(bits_per_second / 8 / kDatagram) {
    if (file_.size() < 7) throw std::runtime_error(path + ": less than seven packets");
    // At the given rate the file is this long; its own timestamps are made at that rate.
    round_ticks_ = static_cast<std::uint64_t>(static_cast<double>(file_.size() * kPacket) * 8 /
                                              bits_per_second * 90'000);
  }

  void add_receiver(std::uint16_t port, double place) {
    Receiver receiver;
    receiver.address.sin_family = AF_INET;
    receiver.address.sin_port = htons(port);
    receiver.address.sin_addr.s_addr = htonl(INADDR_LOOPBACK);
    receiver.next = static_cast<std::size_t>(place * static_cast<double>(file_.size()));
    receivers_.push_back(receiver);
  }

  void run(int socket, double seconds) {
    const auto start = Clock::now();
    std::uint64_t sent = 0;
    std::uint64_t refused = 0;
    for (;;) {
      const double passed = std::chrono::duration<double>(Clock::now() - start).count();
      if (passed >= seconds) break;
      const auto due = static_cast<std::uint64_t>(passed * datagrams_per_second_);
      for (; sent < due; ++sent) {
        for (Receiver& receiver : receivers_) refused += send(socket, receiver) ? 0U : 1U;
      }
      std::this_thread::sleep_for(std::chrono::milliseconds(4));
    }
    fmt::print(stderr, "udp_feed: {} datagrams to each of {}, {} refused\n", sent,
               receivers_.size(), refused);
  }

 private:
  static std::vector<Packet> read(const std::string& path) {
    std::ifstream in(path, std::ios::binary);
    if (!in) throw std::runtime_error(path + ": cannot be read");
    std::vector<Packet> packets;
    Packet packet{};
    while (in.read(reinterpret_cast<char*>(packet.data()), kPacket)) packets.push_back(packet);
    return packets;
  }

  bool send(int socket, Receiver& receiver) {
    std::array<Packet, 7> datagram{};
    for (Packet& packet : datagram) {
      packet = file_[receiver.next];
      retime(packet, receiver.offset_ticks, receiver.counters);
      if (++receiver.next == file_.size()) {
        receiver.next = 0;
        receiver.offset_ticks += round_ticks_;
      }
    }
    return ::sendto(socket, datagram.data(), kDatagram, 0,
                    reinterpret_cast<const sockaddr*>(&receiver.address),
                    sizeof receiver.address) >= 0;
  }

  std::vector<Packet> file_;
  double datagrams_per_second_;
  std::uint64_t round_ticks_ = 0;
  std::vector<Receiver> receivers_;
};

}  // namespace

int main(int argc, char** argv) {
  if (argc != 6) {
    fmt::print(stderr, "usage: udp_feed FILE.ts BITS_PER_SECOND BASE_PORT COUNT SECONDS\n");
    return 2;
  }
  try {
    Feed feed(argv[1], std::stod(argv[2]));
    const int base = std::stoi(argv[3]);
    const int count = std::stoi(argv[4]);
    for (int i = 0; i < count; ++i) {
      feed.add_receiver(static_cast<std::uint16_t>(base + i), static_cast<double>(i) / count);
    }
    const int socket = ::socket(AF_INET, SOCK_DGRAM | SOCK_CLOEXEC, 0);
    const int buffer = 4 << 20;
    ::setsockopt(socket, SOL_SOCKET, SO_SNDBUF, &buffer, sizeof buffer);
    feed.run(socket, std::stod(argv[5]));
    ::close(socket);
    return 0;
  } catch (const std::exception& error) {
    fmt::print(stderr, "udp_feed: {}\n", error.what());
    return 1;
  }
}
