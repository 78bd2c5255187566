#include "libcommon/wire/http/byte_range.h"

#include <algorithm>
#include <charconv>
#include <limits>
#include <optional>

#include "libcommon/base/text.h"

namespace flu::wire {
namespace {

// Decimal digits; a number too large for 64 bits is still a number (RFC 9110 14.1.1).
std::optional<std::uint64_t> parse_position(std::string_view digits) {
  if (digits.empty()) return std::nullopt;
  std::uint64_t value = 0;
  const auto [end, error] = std::from_chars(digits.data(), digits.data() + digits.size(), value);
  if (end != digits.data() + digits.size()) return std::nullopt;
  if (error == std::errc::result_out_of_range) return std::numeric_limits<std::uint64_t>::max();
  return error == std::errc{} ? std::optional(value) : std::nullopt;
}

std::string_view trimmed(std::string_view text) {
  const auto is_space = [](char c) { return c == ' ' || c == '\t'; };
  while (!text.empty() && is_space(text.front())) text.remove_prefix(1);
  while (!text.empty() && is_space(text.back())) text.remove_suffix(1);
  return text;
}

}  // namespace

ByteRange parse_byte_range(std::string_view header, std::uint64_t total) {
  const ByteRange whole{ByteRange::Kind::kWhole, 0, total};
  constexpr std::string_view kUnit = "bytes=";
  if (!starts_with_ignoring_case(header, kUnit)) return whole;
  const std::string_view spec = trimmed(header.substr(kUnit.size()));
  if (spec.find(',') != std::string_view::npos) return whole;
  const auto dash = spec.find('-');
  if (dash == std::string_view::npos) return whole;

  const auto first = parse_position(spec.substr(0, dash));
  const auto last = parse_position(spec.substr(dash + 1));
  if (dash == 0) {  // "-N": the last N bytes
    if (!last) return whole;
    const std::uint64_t size = std::min(*last, total);
    if (size == 0) return {ByteRange::Kind::kUnsatisfiable, 0, 0};
    return {ByteRange::Kind::kPart, total - size, size};
  }
  if (!first || (!last && dash + 1 != spec.size())) return whole;
  if (last && *last < *first) return whole;
  if (*first >= total) return {ByteRange::Kind::kUnsatisfiable, 0, 0};
  const std::uint64_t end = last ? std::min(*last, total - 1) : total - 1;
  return {ByteRange::Kind::kPart, *first, end - *first + 1};
}

}  // namespace flu::wire
