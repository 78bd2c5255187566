#pragma once

#include <sys/socket.h>

#include <functional>
#include <memory>
#include <string>
#include <vector>

#include <boost/asio/io_context.hpp>
#include <boost/asio/posix/stream_descriptor.hpp>

#include "libcommon/base/host_port.h"
#include "libcommon/base/result.h"

namespace flu::io {

// Where to connect to. Over IPv4 or IPv6.
struct SocketAddress {
  sockaddr_storage storage{};
  socklen_t size = 0;

  [[nodiscard]] std::string to_text() const;  // "10.0.0.1:80", "[::1]:80"
};

// The addresses of a name, in the order in which they are to be tried (RFC 6724), without blocking
// the loop. Literal addresses are taken as they are; for a name one thread asks the C library and
// ends with the answer: Asio's resolver would keep a thread for the life of the process, and ours
// are built without support for threads in the loop.
class NameLookup {
 public:
  using Handler = std::function<void(Result<std::vector<SocketAddress>>)>;

  explicit NameLookup(boost::asio::io_context& loop) : waiting_(loop) {}

  // `done` is called from the loop, once, unless this is destroyed before. One lookup at a time.
  Result<> start(const HostPort& peer, Handler done);

 private:
  struct Shared;

  void answer(const HostPort& peer);

  boost::asio::posix::stream_descriptor waiting_;
  std::shared_ptr<Shared> shared_;  // with the thread, which may outlive this
  Handler done_;
};

// Of a literal IPv4 or IPv6 address; kNotFound for a name.
Result<SocketAddress> parse_address(const HostPort& peer);

}  // namespace flu::io
