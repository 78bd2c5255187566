#pragma once

#include <cstddef>
#include <cstdint>
#include <optional>
#include <string>
#include <vector>

#include "libcommon/base/bytes.h"
#include "libcommon/base/result.h"
#include "libcommon/base/unique_fd.h"

namespace flu::io {

// What to receive. IPv4, numbers in host byte order.
struct UdpAddress {
  std::uint32_t address = 0;    // a multicast group, an address of this host, or 0.0.0.0
  std::uint16_t port = 0;       // 0: any free one
  std::uint32_t interface = 0;  // the address of the interface to join on; 0: the system's choice

  [[nodiscard]] bool is_multicast() const { return (address >> 28) == 0xE; }
  [[nodiscard]] std::string to_text() const;
  bool operator==(const UdpAddress&) const = default;
};

// Receives datagrams in batches, with a large queue in the kernel. Several sockets may receive the
// same multicast group and port; a unicast port has one owner.
class UdpSocket {
 public:
  static constexpr std::size_t kBatch = 32;
  static constexpr std::size_t kSmallBatch = 8;
  static constexpr int kReceiveBuffer = 16 << 20;  // what HD streams need when a disk stalls us

  static Result<UdpSocket> open(const UdpAddress& address);
  // One that another process opened, with all that waits in it.
  static Result<UdpSocket> adopt(UniqueFd fd, const UdpAddress& address);

  [[nodiscard]] int fd() const { return fd_.get(); }
  [[nodiscard]] std::uint16_t port() const { return port_; }
  [[nodiscard]] int receive_buffer() const { return receive_buffer_; }  // as the kernel granted it

  // What waits, at most kBatch datagrams, valid until the next call; empty: nothing waits.
  Result<const std::vector<Bytes>*> receive();

  // Whether the last receive() took as many as it could.
  [[nodiscard]] bool was_full() const { return was_full_; }

  // Datagrams that the kernel had no room for; known as of the last datagram received.
  [[nodiscard]] std::uint64_t kernel_drops() const { return kernel_drops_; }
  // Datagrams that were longer than any stream sends and were cut; longer ones fit from then on.
  [[nodiscard]] std::uint64_t truncated() const { return truncated_; }

 private:
  explicit UdpSocket(UniqueFd fd);

  UniqueFd fd_;
  std::uint16_t port_ = 0;
  int receive_buffer_ = 0;
  std::optional<std::uint32_t> last_overflow_ = 0;  // nullopt: counted for somebody else
  std::uint64_t kernel_drops_ = 0;
  std::uint64_t truncated_ = 0;
  std::size_t slot_bytes_ = 2048;  // over an Ethernet frame
  bool was_full_ = false;
  Buffer buffer_;
  std::vector<Bytes> batch_;
};

}  // namespace flu::io
