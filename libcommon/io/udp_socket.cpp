#include "libcommon/io/udp_socket.h"

#include <netinet/in.h>
#include <sys/socket.h>

#include <algorithm>
#include <array>
#include <cerrno>
#include <cstring>
#include <utility>

#include <fmt/format.h>

#include "libcommon/io/system_error.h"

namespace flu::io {
namespace {

constexpr std::size_t kMaxDatagram = 65'536;
constexpr std::size_t kMaxBatchBytes = 256 << 10;  // fewer datagrams at once where they are long

std::string dotted(std::uint32_t address) {
  return fmt::format("{}.{}.{}.{}", address >> 24, (address >> 16) & 0xFF, (address >> 8) & 0xFF,
                     address & 0xFF);
}

template <typename T>
bool set_option(int fd, int level, int name, const T& value) {
  return ::setsockopt(fd, level, name, &value, sizeof value) == 0;
}

Result<void> join(int fd, const UdpAddress& address) {
  ip_mreqn request{};
  request.imr_multiaddr.s_addr = htonl(address.address);
  request.imr_address.s_addr = htonl(address.interface);
  // Only what this socket joined: not what others on this host joined on the same port.
  if (!set_option(fd, IPPROTO_IP, IP_MULTICAST_ALL, 0) ||
      !set_option(fd, IPPROTO_IP, IP_ADD_MEMBERSHIP, request)) {
    if (errno == ENODEV && address.interface != 0) {
      return fail(ErrorCode::kUnavailable,
                  fmt::format("join {}: no interface has the address {}", address.to_text(),
                              dotted(address.interface)));
    }
    if (errno == ENODEV) {
      return fail(ErrorCode::kUnavailable,
                  fmt::format("join {}: there is no route for multicast: name an interface, as in "
                              "udp://{}:{}/127.0.0.1",
                              address.to_text(), dotted(address.address), address.port));
    }
    return fail_system("join", address.to_text(), errno);
  }
  return {};
}

}  // namespace

std::string UdpAddress::to_text() const {
  std::string text = fmt::format("{}:{}", dotted(address), port);
  if (interface != 0) text += " on " + dotted(interface);
  return text;
}

UdpSocket::UdpSocket(UniqueFd fd) : fd_(std::move(fd)) {}

Result<UdpSocket> UdpSocket::open(const UdpAddress& address) {
  UdpSocket out(UniqueFd(::socket(AF_INET, SOCK_DGRAM | SOCK_NONBLOCK | SOCK_CLOEXEC, 0)));
  const int fd = out.fd_.get();
  if (fd < 0) return fail_system("socket", "UDP", errno);
  if (address.is_multicast() && !set_option(fd, SOL_SOCKET, SO_REUSEADDR, 1)) {
    return fail_system("share", address.to_text(), errno);
  }
  // Beyond net.core.rmem_max where we may (CAP_NET_ADMIN), else up to it.
  if (!set_option(fd, SOL_SOCKET, SO_RCVBUFFORCE, kReceiveBuffer)) {
    set_option(fd, SOL_SOCKET, SO_RCVBUF, kReceiveBuffer);
  }
  socklen_t size = sizeof out.receive_buffer_;
  ::getsockopt(fd, SOL_SOCKET, SO_RCVBUF, &out.receive_buffer_, &size);
  set_option(fd, SOL_SOCKET, SO_RXQ_OVFL, 1);

  sockaddr_in local{};
  local.sin_family = AF_INET;
  local.sin_addr.s_addr = htonl(address.address);
  local.sin_port = htons(address.port);
  if (::bind(fd, reinterpret_cast<const sockaddr*>(&local), sizeof local) != 0) {
    if (errno == EADDRNOTAVAIL) {
      return fail(ErrorCode::kUnavailable,
                  fmt::format("receive {}: expected a multicast group, an address of this host or "
                              "0.0.0.0",
                              address.to_text()));
    }
    return fail_system("receive", address.to_text(), errno);
  }
  size = sizeof local;
  ::getsockname(fd, reinterpret_cast<sockaddr*>(&local), &size);
  out.port_ = ntohs(local.sin_port);
  if (address.is_multicast()) FLU_TRY(join(fd, address));
  out.batch_.reserve(kBatch);
  return out;
}

Result<UdpSocket> UdpSocket::adopt(UniqueFd fd, const UdpAddress& address) {
  int type = 0;
  sockaddr_in local{};
  socklen_t type_size = sizeof type;
  socklen_t local_size = sizeof local;
  const bool is_it =
      ::getsockopt(fd.get(), SOL_SOCKET, SO_TYPE, &type, &type_size) == 0 && type == SOCK_DGRAM &&
      ::getsockname(fd.get(), reinterpret_cast<sockaddr*>(&local), &local_size) == 0 &&
      local.sin_family == AF_INET && ntohl(local.sin_addr.s_addr) == address.address &&
      ntohs(local.sin_port) == address.port;
  if (!is_it) {
    return fail(ErrorCode::kInvalidArgument,
                fmt::format("expected a socket that receives {}", address.to_text()));
  }
  UdpSocket out(std::move(fd));
  socklen_t size = sizeof out.receive_buffer_;
  ::getsockopt(out.fd(), SOL_SOCKET, SO_RCVBUF, &out.receive_buffer_, &size);
  out.port_ = address.port;
  out.last_overflow_.reset();
  out.batch_.reserve(kBatch);
  return out;
}

Result<const std::vector<Bytes>*> UdpSocket::receive() {
  // Most calls look for a few datagrams only: what is not made ready is not brought into the cache.
  const std::size_t slots =
      std::min(was_full_ ? kBatch : kSmallBatch, kMaxBatchBytes / slot_bytes_);
  buffer_.resize(slot_bytes_ * slots);
  batch_.clear();
  std::array<mmsghdr, kBatch> messages;
  std::array<iovec, kBatch> parts;
  struct alignas(cmsghdr) Control {
    std::array<char, CMSG_SPACE(sizeof(std::uint32_t))> bytes;
  };
  std::array<Control, kBatch> controls;
  for (std::size_t i = 0; i < slots; ++i) {
    messages[i] = {};
    parts[i] = {buffer_.data() + i * slot_bytes_, slot_bytes_};
    messages[i].msg_hdr.msg_iov = &parts[i];
    messages[i].msg_hdr.msg_iovlen = 1;
    messages[i].msg_hdr.msg_control = controls[i].bytes.data();
    messages[i].msg_hdr.msg_controllen = controls[i].bytes.size();
  }
  const int got = ::recvmmsg(fd_.get(), messages.data(), static_cast<unsigned>(slots), 0, nullptr);
  was_full_ = got == static_cast<int>(slots);
  if (got < 0) {
    if (errno == EAGAIN || errno == EINTR) return &batch_;
    return fail_system("receive", "UDP", errno);
  }
  bool is_cut = false;
  for (std::size_t i = 0; i < static_cast<std::size_t>(got); ++i) {
    msghdr& header = messages[i].msg_hdr;
    for (cmsghdr* part = CMSG_FIRSTHDR(&header); part != nullptr;
         part = CMSG_NXTHDR(&header, part)) {
      if (part->cmsg_level != SOL_SOCKET || part->cmsg_type != SO_RXQ_OVFL) continue;
      std::uint32_t overflow = 0;
      std::memcpy(&overflow, CMSG_DATA(part), sizeof overflow);
      kernel_drops_ += overflow - last_overflow_.value_or(overflow);  // wraps at 32 bits
      last_overflow_ = overflow;
    }
    if ((header.msg_flags & MSG_TRUNC) != 0) {
      ++truncated_;
      is_cut = true;
      continue;
    }
    batch_.emplace_back(buffer_.data() + i * slot_bytes_, messages[i].msg_len);
  }
  if (is_cut) slot_bytes_ = kMaxDatagram;
  return &batch_;
}

}  // namespace flu::io
