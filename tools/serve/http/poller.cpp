#include "tools/serve/http/poller.h"

#include <sys/epoll.h>

#include <cerrno>

#include "libcommon/io/system_error.h"

namespace flu::serve {

Poller::Poller(boost::asio::io_context& loop) : epoll_(loop) {
  const int epoll = ::epoll_create1(EPOLL_CLOEXEC);
  if (epoll < 0) return;  // watch() says so
  epoll_.assign(epoll);
  wait();
}

Result<void> Poller::watch(int socket, Watcher& watcher) {
  epoll_event event{};
  event.events = EPOLLIN | EPOLLOUT | EPOLLRDHUP | EPOLLET;
  event.data.ptr = &watcher;
  if (::epoll_ctl(epoll_.native_handle(), EPOLL_CTL_ADD, socket, &event) != 0) {
    return io::fail_system("epoll_ctl", "client", errno);
  }
  return {};
}

void Poller::forget(const Watcher& watcher) {
  for (epoll_event& event : untold_) {
    if (event.data.ptr == &watcher) event.data.ptr = nullptr;
  }
}

void Poller::wait() {
  epoll_.async_wait(boost::asio::posix::stream_descriptor::wait_read, [this](const auto& ec) {
    if (ec) return;
    tell();
    wait();
  });
}

void Poller::tell() {
  const int count = ::epoll_wait(epoll_.native_handle(), batch_.data(), kBatch, 0);
  if (count <= 0) return;
  untold_ = std::span(batch_).first(static_cast<std::size_t>(count));
  while (!untold_.empty()) {
    const epoll_event event = untold_.front();
    untold_ = untold_.subspan(1);
    if (event.data.ptr != nullptr) static_cast<Watcher*>(event.data.ptr)->on_ready(event.events);
  }
}

}  // namespace flu::serve
