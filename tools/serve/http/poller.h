#pragma once

#include <sys/epoll.h>

#include <array>
#include <cstdint>
#include <span>

#include <boost/asio/io_context.hpp>
#include <boost/asio/posix/stream_descriptor.hpp>

#include "libcommon/base/result.h"

namespace flu::serve {

// Tells sockets' owners of edges: what became readable or writable, once each time (EPOLLET of
// epoll(7)). Asio arms its own epoll anew, by a system call, for every wait; a server of many small
// answers spends a tenth of its time on that. This one stands in Asio's loop as one descriptor.
class Poller {
 public:
  class Watcher {
   public:
    virtual ~Watcher() = default;
    // EPOLLIN, EPOLLOUT, EPOLLRDHUP, EPOLLHUP and EPOLLERR, as they are now. May forget() any.
    virtual void on_ready(std::uint32_t events) = 0;
  };

  explicit Poller(boost::asio::io_context& loop);
  Poller(const Poller&) = delete;
  Poller& operator=(const Poller&) = delete;

  // What is ready already is told too. kUnavailable, kIo: the kernel takes no more.
  Result<void> watch(int socket, Watcher& watcher);

  // Nothing is told to it from here on. Its socket is to be closed by its owner.
  void forget(const Watcher& watcher);

 private:
  static constexpr std::size_t kBatch = 256;

  void wait();
  void tell();

  boost::asio::posix::stream_descriptor epoll_;
  std::array<epoll_event, kBatch> batch_{};
  std::span<epoll_event> untold_;  // of the batch
};

}  // namespace flu::serve
