#include "libcommon/io/name_lookup.h"

#include <fcntl.h>
#include <netdb.h>
#include <unistd.h>

#include <array>
#include <cstring>
#include <mutex>
#include <system_error>
#include <thread>
#include <utility>

#include <boost/asio/post.hpp>
#include <fmt/format.h>

#include "libcommon/base/unique_fd.h"
#include "libcommon/io/system_error.h"

namespace flu::io {
namespace {

struct FreeAddresses {
  void operator()(addrinfo* list) const { ::freeaddrinfo(list); }
};

// 0 or EAI_*, and the addresses.
int ask(const HostPort& peer, int flags, std::vector<SocketAddress>& out) {
  addrinfo hints{};
  hints.ai_socktype = SOCK_STREAM;
  hints.ai_flags = flags | AI_NUMERICSERV;
  addrinfo* found = nullptr;
  const int failed =
      ::getaddrinfo(peer.host.c_str(), std::to_string(peer.port).c_str(), &hints, &found);
  if (failed != 0) return failed;
  const std::unique_ptr<addrinfo, FreeAddresses> list(found);
  for (const addrinfo* entry = found; entry != nullptr; entry = entry->ai_next) {
    SocketAddress address;
    if (entry->ai_addrlen > sizeof address.storage) continue;
    std::memcpy(&address.storage, entry->ai_addr, entry->ai_addrlen);
    address.size = entry->ai_addrlen;
    out.push_back(address);
  }
  return 0;
}

}  // namespace

std::string SocketAddress::to_text() const {
  std::array<char, NI_MAXHOST> host{};
  std::array<char, NI_MAXSERV> port{};
  if (::getnameinfo(reinterpret_cast<const sockaddr*>(&storage), size, host.data(), host.size(),
                    port.data(), port.size(), NI_NUMERICHOST | NI_NUMERICSERV) != 0) {
    return "an unknown address";
  }
  if (storage.ss_family == AF_INET6) return fmt::format("[{}]:{}", host.data(), port.data());
  return fmt::format("{}:{}", host.data(), port.data());
}

Result<SocketAddress> parse_address(const HostPort& peer) {
  std::vector<SocketAddress> found;
  if (ask(peer, AI_NUMERICHOST, found) == 0 && !found.empty()) return found.front();
  return fail(ErrorCode::kNotFound, fmt::format("{} is no address", peer.host));
}

struct NameLookup::Shared {
  std::mutex mutex;
  int failed = 0;
  int error_number = 0;
  std::vector<SocketAddress> found;
};

Result<> NameLookup::start(const HostPort& peer, Handler done) {
  done_ = std::move(done);
  shared_ = std::make_shared<Shared>();
  if (const auto literal = parse_address(peer)) {
    shared_->found.push_back(*literal);
    boost::asio::post(waiting_.get_executor(),
                      [this, peer, alive = std::weak_ptr<Shared>(shared_)] {
                        if (!alive.expired()) answer(peer);
                      });
    return {};
  }
  std::array<int, 2> ends{};
  if (::pipe2(ends.data(), O_CLOEXEC | O_NONBLOCK) != 0) {
    return fail_system("pipe", "to look up " + peer.host, errno);
  }
  waiting_.assign(ends[0]);
  // The end of the pipe is the news: it is closed with the thread's last word.
  try {
    std::thread([shared = shared_, peer, news = UniqueFd(ends[1])] {
      std::vector<SocketAddress> found;
      const int failed = ask(peer, AI_ADDRCONFIG, found);
      const std::lock_guard lock(shared->mutex);
      shared->error_number = errno;
      shared->failed = failed;
      shared->found = std::move(found);
    }).detach();
  } catch (const std::system_error& error) {
    waiting_.close();
    return fail(ErrorCode::kUnavailable,
                fmt::format("look up {}: start a thread: {}", peer.host, error.what()));
  }
  waiting_.async_wait(boost::asio::posix::stream_descriptor::wait_read,
                      [this, peer, alive = std::weak_ptr<Shared>(shared_)](auto error) {
                        if (error || alive.expired()) return;
                        waiting_.close();
                        answer(peer);
                      });
  return {};
}

void NameLookup::answer(const HostPort& peer) {
  Shared result;
  {
    const std::lock_guard lock(shared_->mutex);
    result.failed = shared_->failed;
    result.error_number = shared_->error_number;
    result.found = std::move(shared_->found);
  }
  shared_.reset();
  const Handler done = std::exchange(done_, nullptr);
  if (result.failed == 0 && !result.found.empty()) return done(std::move(result.found));
  const std::string why = result.failed == EAI_SYSTEM   ? std::strerror(result.error_number)
                          : result.failed == EAI_NONAME ? "there is no such host"
                          : result.failed == 0          ? "it has no address"
                                                        : ::gai_strerror(result.failed);
  done(fail(ErrorCode::kUnavailable, fmt::format("look up {}: {}", peer.host, why)));
}

}  // namespace flu::io
