#include "libcommon/base/host_port.h"

#include <algorithm>

#include <fmt/format.h>

#include "libcommon/base/text.h"

namespace flu {
namespace {

constexpr std::size_t kMaxName = 253;  // RFC 1035 2.3.4, as text
constexpr std::uint64_t kMaxPort = 65'535;

// What stands in names and addresses; a scope ("%eth0") goes with IPv6.
bool is_host_byte(char c) {
  return (c >= 'a' && c <= 'z') || (c >= 'A' && c <= 'Z') || (c >= '0' && c <= '9') || c == '.' ||
         c == '-' || c == '_';
}
bool is_ipv6_byte(char c) {
  return is_host_byte(c) || c == ':' || c == '%';
}

template <typename... Args>
tl::unexpected<Error> refuse(fmt::format_string<Args...> format, Args&&... args) {
  return fail(ErrorCode::kInvalidArgument, fmt::format(format, std::forward<Args>(args)...));
}

Result<std::uint16_t> parse_port(std::string_view text) {
  const auto port = parse_unsigned(text);
  if (port && *port >= 1 && *port <= kMaxPort) return static_cast<std::uint16_t>(*port);
  return refuse("port: expected a number from 1 to 65535, found '{}'", printable(text));
}

}  // namespace

std::string HostPort::host_text() const {
  return host.find(':') == std::string::npos ? host : "[" + host + "]";
}

std::string HostPort::to_text() const {
  return fmt::format("{}:{}", host_text(), port);
}

Result<HostPort> parse_host_port(std::string_view text, std::uint16_t default_port) {
  HostPort out;
  out.port = default_port;
  std::string_view rest;
  if (!text.empty() && text.front() == '[') {
    const auto end = text.find(']');
    if (end == std::string_view::npos) return refuse("no ']' in '{}'", printable(text));
    out.host = text.substr(1, end - 1);
    rest = text.substr(end + 1);
    if (out.host.find(':') == std::string::npos ||
        !std::all_of(out.host.begin(), out.host.end(), is_ipv6_byte)) {
      return refuse("expected an IPv6 address in brackets, found '{}'", printable(text));
    }
  } else {
    const auto colon = text.find(':');
    if (colon != std::string_view::npos && text.find(':', colon + 1) != std::string_view::npos) {
      return refuse("an IPv6 address stands in brackets, as in [::1]:8080; found '{}'",
                    printable(text));
    }
    out.host = text.substr(0, colon);
    if (colon != std::string_view::npos) rest = text.substr(colon);
    if (!std::all_of(out.host.begin(), out.host.end(), is_host_byte)) {
      return refuse("expected a host name or address, found '{}'", printable(out.host));
    }
  }
  if (out.host.empty()) return refuse("no host in '{}'", printable(text));
  if (out.host.size() > kMaxName) return refuse("a host name of {} bytes", out.host.size());
  if (rest.empty()) {
    if (default_port == 0) return refuse("expected HOST:PORT, found '{}'", printable(text));
    return out;
  }
  if (rest.front() != ':') return refuse("expected HOST:PORT, found '{}'", printable(text));
  FLU_TRY_ASSIGN(out.port, parse_port(rest.substr(1)));
  return out;
}

}  // namespace flu
