#include "libcommon/config/network.h"

#include <fmt/format.h>

#include "libcommon/base/text.h"

namespace flu::config {
namespace {

std::uint32_t mask_of(int prefix) {
  return prefix == 0 ? 0 : ~std::uint32_t{0} << (32 - prefix);
}

// One to four bytes; `count` says how many stood there.
Result<std::uint32_t> parse_bytes(std::string_view text, std::size_t& count) {
  const auto parts = split(text, '.');
  count = parts.size();
  std::uint32_t address = 0;
  for (std::size_t i = 0; i < 4; ++i) {
    std::uint64_t byte = 0;
    if (i < parts.size()) {
      const auto parsed = parts[i].size() <= 3 ? parse_unsigned(parts[i])
                                               : Result<std::uint64_t>(std::uint64_t{256});
      byte = parsed.value_or(256);
    }
    if (byte > 255 || count > 4) {
      return fail(ErrorCode::kInvalidArgument,
                  fmt::format("expected an address such as 10.0.0.1, found '{}'", printable(text)));
    }
    address = address << 8 | static_cast<std::uint32_t>(byte);
  }
  return address;
}

}  // namespace

bool Network::contains(std::uint32_t other) const {
  return (other & mask_of(prefix)) == address;
}

std::string Network::to_text() const {
  return fmt::format("{}.{}.{}.{}/{}", address >> 24, address >> 16 & 0xFF, address >> 8 & 0xFF,
                     address & 0xFF, prefix);
}

Result<std::uint32_t> parse_ipv4(std::string_view text) {
  std::size_t count = 0;
  FLU_TRY_ASSIGN(const std::uint32_t address, parse_bytes(text, count));
  if (count != 4) {
    return fail(ErrorCode::kInvalidArgument,
                fmt::format("expected an address such as 10.0.0.1, found '{}'", printable(text)));
  }
  return address;
}

Result<Network> parse_network(std::string_view text) {
  const auto slash = text.find('/');
  if (slash == std::string_view::npos) {
    FLU_TRY_ASSIGN(const std::uint32_t address, parse_ipv4(text));
    return Network{address, 32};
  }
  std::size_t count = 0;
  FLU_TRY_ASSIGN(const std::uint32_t address, parse_bytes(text.substr(0, slash), count));
  const auto prefix = parse_unsigned(text.substr(slash + 1));
  if (!prefix || *prefix > 32) {
    return fail(ErrorCode::kInvalidArgument,
                fmt::format("expected a network such as 10/8 or 192.168.0.0/16, found '{}'",
                            printable(text)));
  }
  Network network;
  network.prefix = static_cast<int>(*prefix);
  network.address = address & mask_of(network.prefix);
  return network;
}

}  // namespace flu::config
