#pragma once

#include <cstdint>
#include <string>
#include <string_view>

#include "libcommon/base/result.h"

namespace flu {

// Where a peer listens, as users and URLs write it.
struct HostPort {
  std::string host;  // a name or an address, IPv6 without its brackets
  std::uint16_t port = 0;

  [[nodiscard]] std::string to_text() const;  // "[::1]:8080"
  // As a URL's host: brackets around IPv6.
  [[nodiscard]] std::string host_text() const;
  bool operator==(const HostPort&) const = default;
};

// HOST:PORT or [IPV6]:PORT. The port may be left out where there is a default (not 0).
Result<HostPort> parse_host_port(std::string_view text, std::uint16_t default_port = 0);

}  // namespace flu
