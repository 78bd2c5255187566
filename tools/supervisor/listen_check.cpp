// Tested by tests/e2e/supervisor/reload-http.sh
#include "tools/supervisor/listen_check.h"

#include <netdb.h>
#include <sys/socket.h>

#include <algorithm>
#include <cerrno>
#include <string_view>

#include <fmt/format.h>

#include "libcommon/base/unique_fd.h"
#include "libcommon/io/system_error.h"
#include "tools/supervisor/fleet.h"

namespace flu::supervisor {
namespace {

// Bound and closed again: flu-serve does the same a moment later. 0 or the reason.
int bind_error(const config::HttpListener& listener) {
  addrinfo hints{};
  hints.ai_socktype = SOCK_STREAM;
  hints.ai_flags = AI_PASSIVE | AI_NUMERICHOST | AI_NUMERICSERV;
  addrinfo* found = nullptr;
  std::string host = listener.address;
  if (host.size() > 2 && host.front() == '[') host = host.substr(1, host.size() - 2);
  if (::getaddrinfo(host.empty() ? nullptr : host.c_str(), std::to_string(listener.port).c_str(),
                    &hints, &found) != 0) {
    return 0;  // flu-serve knows better what is wrong with it
  }
  int error = 0;
  for (const addrinfo* one = found; one != nullptr && error == 0; one = one->ai_next) {
    const UniqueFd fd(::socket(one->ai_family, SOCK_STREAM | SOCK_CLOEXEC, 0));
    if (!fd) continue;
    const int on = 1;
    ::setsockopt(fd.get(), SOL_SOCKET, SO_REUSEADDR, &on, sizeof on);
    if (one->ai_family == AF_INET6) {
      ::setsockopt(fd.get(), IPPROTO_IPV6, IPV6_V6ONLY, &on, sizeof on);
    }
    if (::bind(fd.get(), one->ai_addr, one->ai_addrlen) != 0) error = errno;
  }
  ::freeaddrinfo(found);
  return error;
}

}  // namespace

std::vector<std::string> taken_addresses(const config::ServerConfig& next, const Fleet& fleet,
                                         const std::string& file) {
  std::vector<std::string> out;
  const UnitRunner* const serve = fleet.unit("serve");
  if (serve == nullptr || !serve->is_ready()) return out;  // nothing that could stay as it is
  const auto is_ours = [&](const std::vector<config::HttpListener>& before, unsigned port) {
    return std::any_of(before.begin(), before.end(),
                       [&](const auto& old) { return old.port == port; });
  };
  const config::ServerConfig& now = fleet.server();
  const auto check = [&](const std::vector<config::HttpListener>& listeners,
                         std::string_view proto) {
    for (const config::HttpListener& listener : listeners) {
      if (is_ours(now.http, listener.port) || is_ours(now.https, listener.port)) continue;
      const int error = bind_error(listener);
      if (error == 0) continue;
      out.push_back(fmt::format("{}:{}: {}: {}", file, listener.line, proto,
                                io::system_error("bind", listener.to_text(), error).message));
    }
  };
  check(next.http, "http");
  check(next.https, "https");
  return out;
}

}  // namespace flu::supervisor
