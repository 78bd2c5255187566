#pragma once

#include <cstdint>
#include <string>
#include <string_view>

#include "libcommon/base/result.h"

namespace flu::config {

// An IPv4 network as the config writes it: 10/8, 192.168/16, 10.0.0.0/8, or one address.
struct Network {
  std::uint32_t address = 0;  // host byte order, the bits beyond the prefix are zero
  int prefix = 32;

  [[nodiscard]] bool contains(std::uint32_t other) const;
  [[nodiscard]] std::string to_text() const;  // "10.0.0.0/8"
  bool operator==(const Network&) const = default;
};

// Left out bytes are zero. Bits beyond the prefix are dropped: 172.16.5.1/24 is 172.16.5.0/24.
Result<Network> parse_network(std::string_view text);

// Four decimal bytes.
Result<std::uint32_t> parse_ipv4(std::string_view text);

}  // namespace flu::config
