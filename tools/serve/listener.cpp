#include "tools/serve/listener.h"

#include <sys/socket.h>

#include <algorithm>
#include <cerrno>
#include <utility>

#include <boost/asio/ip/address.hpp>
#include <boost/asio/ip/tcp.hpp>
#include <fmt/format.h>

#include "libcommon/base/checked.h"
#include "libcommon/base/text.h"
#include "libcommon/io/system_error.h"

namespace flu::serve {
namespace {

using boost::asio::ip::tcp;

constexpr int kBacklog = 4096;  // the kernel lowers it to net.core.somaxconn

std::string text_of(const tcp::endpoint& endpoint) {
  const std::string ip = endpoint.address().to_string();
  return endpoint.address().is_v6() ? fmt::format("[{}]:{}", ip, endpoint.port())
                                    : fmt::format("{}:{}", ip, endpoint.port());
}

Result<void> set_flag(int socket, int level, int name, int value, std::string_view what) {
  if (::setsockopt(socket, level, name, &value, sizeof value) != 0) {
    return io::fail_system("setsockopt", what, errno);
  }
  return {};
}

bool has_ipv6() {
  const UniqueFd probe(::socket(AF_INET6, SOCK_STREAM | SOCK_CLOEXEC, 0));
  return probe.is_open();
}

// A port that this user may never have is a mistake of the command line, not a passing trouble.
Result<void> bind_to(int socket, const tcp::endpoint& endpoint) {
  if (::bind(socket, endpoint.data(), static_cast<socklen_t>(endpoint.size())) == 0) return {};
  Error error = io::system_error("bind", text_of(endpoint), errno);
  if (error.code == ErrorCode::kDenied) error.code = ErrorCode::kInvalidArgument;
  return tl::unexpected(std::move(error));
}

Result<UniqueFd> listen_on(const tcp::endpoint& endpoint, bool is_dual) {
  const std::string name = text_of(endpoint);
  UniqueFd fd(
      ::socket(endpoint.protocol().family(), SOCK_STREAM | SOCK_NONBLOCK | SOCK_CLOEXEC, 0));
  if (!fd) return io::fail_system("socket", name, errno);
  FLU_TRY(set_flag(fd.get(), SOL_SOCKET, SO_REUSEADDR, 1, name));
  FLU_TRY(set_flag(fd.get(), SOL_SOCKET, SO_REUSEPORT, 1, name));
  // Clients' sockets inherit it.
  const tcp::no_delay no_delay(true);
  FLU_TRY(set_flag(fd.get(), no_delay.level(endpoint.protocol()),
                   no_delay.name(endpoint.protocol()), 1, name));
  if (endpoint.address().is_v6()) {
    FLU_TRY(set_flag(fd.get(), IPPROTO_IPV6, IPV6_V6ONLY, is_dual ? 0 : 1, name));
  }
  FLU_TRY(bind_to(fd.get(), endpoint));
  if (::listen(fd.get(), kBacklog) != 0) return io::fail_system("listen", name, errno);
  return fd;
}

Result<tcp::endpoint> bound_to(int socket) {
  tcp::endpoint endpoint;
  auto size = static_cast<socklen_t>(endpoint.capacity());
  if (::getsockname(socket, endpoint.data(), &size) != 0) {
    return io::fail_system("getsockname", "listener", errno);
  }
  endpoint.resize(size);
  return endpoint;
}

Result<std::uint16_t> bound_port(int socket) {
  FLU_TRY_ASSIGN(const tcp::endpoint endpoint, bound_to(socket));
  return endpoint.port();
}

// Those bound to `wanted`; for port 0, to any one port of its address.
std::vector<UniqueFd> take_bound(tcp::endpoint wanted, std::vector<UniqueFd>& handed) {
  std::vector<UniqueFd> out;
  for (auto place = handed.begin(); place != handed.end();) {
    const auto bound = bound_to(place->get());
    if (bound && wanted.port() == 0 && bound->address() == wanted.address()) {
      wanted.port(bound->port());
    }
    if (!bound || *bound != wanted) {
      ++place;
      continue;
    }
    out.push_back(std::move(*place));
    place = handed.erase(place);
  }
  return out;
}

// SO_REUSEPORT lets a second server of the same user share a port in silence: an operator who
// starts flu-serve twice wants to be told.
Result<void> check_free(const tcp::endpoint& endpoint, bool is_dual) {
  if (endpoint.port() == 0) return {};
  UniqueFd probe(::socket(endpoint.protocol().family(), SOCK_STREAM | SOCK_CLOEXEC, 0));
  if (!probe) return io::fail_system("socket", text_of(endpoint), errno);
  FLU_TRY(set_flag(probe.get(), SOL_SOCKET, SO_REUSEADDR, 1, "listener"));
  if (endpoint.address().is_v6()) {
    FLU_TRY(set_flag(probe.get(), IPPROTO_IPV6, IPV6_V6ONLY, is_dual ? 0 : 1, "listener"));
  }
  return bind_to(probe.get(), endpoint);
}

}  // namespace

Result<ListenAddress> parse_listen_address(std::string_view text, std::string_view option) {
  const auto wrong = [&] {
    return fail(ErrorCode::kInvalidArgument,
                fmt::format("{}: expected PORT, IP:PORT or [IPV6]:PORT, found '{}'", option,
                            printable(text)));
  };
  ListenAddress out;
  std::string_view port = text;
  if (const auto colon = text.rfind(':'); colon != std::string_view::npos) {
    std::string_view ip = text.substr(0, colon);
    port = text.substr(colon + 1);
    const bool is_bracketed = ip.size() > 2 && ip.front() == '[' && ip.back() == ']';
    if (is_bracketed) ip = ip.substr(1, ip.size() - 2);
    boost::system::error_code ec;
    const auto address = boost::asio::ip::make_address(std::string(ip), ec);
    if (ec || address.is_v6() != is_bracketed) return wrong();
    out.ip = ip;
  }
  const auto number = parse_unsigned(port);
  const auto fitting = number ? checked_cast<std::uint16_t>(*number) : std::nullopt;
  if (!fitting) return wrong();
  out.port = *fitting;
  return out;
}

Result<Listener> make_listener(const ListenAddress& address, unsigned workers, std::string proto) {
  std::vector<UniqueFd> none;
  return take_listener(address, workers, std::move(proto), none, false);
}

Result<Listener> take_listener(const ListenAddress& address, unsigned workers, std::string proto,
                               std::vector<UniqueFd>& handed, bool is_trial) {
  const bool is_any = address.ip.empty();
  const bool is_dual = is_any && has_ipv6();
  tcp::endpoint endpoint(is_dual ? tcp::v6() : tcp::v4(), address.port);
  if (!is_any) endpoint.address(boost::asio::ip::make_address(address.ip));

  Listener out;
  out.sockets = take_bound(endpoint, handed);
  if (out.sockets.empty()) {
    // The port on other addresses is given up with the workers that are replaced.
    const auto is_ours = [&](const UniqueFd& socket) {
      const auto bound = bound_to(socket.get());
      return bound && bound->port() == endpoint.port();
    };
    if (std::none_of(handed.begin(), handed.end(), is_ours)) FLU_TRY(check_free(endpoint, is_dual));
  } else {
    FLU_TRY_ASSIGN(const std::uint16_t port, bound_port(out.sockets.front().get()));
    endpoint.port(port);
  }
  while (!is_trial && out.sockets.size() < workers) {
    FLU_TRY_ASSIGN(UniqueFd fd, listen_on(endpoint, is_dual));
    FLU_TRY_ASSIGN(const std::uint16_t port, bound_port(fd.get()));
    endpoint.port(port);
    out.sockets.push_back(std::move(fd));
  }
  out.listening = {std::move(proto), endpoint.address().to_string(), endpoint.port()};
  return out;
}

}  // namespace flu::serve
