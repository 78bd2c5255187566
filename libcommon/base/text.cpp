#include "libcommon/base/text.h"

#include <algorithm>
#include <array>
#include <cctype>
#include <charconv>
#include <cmath>

#include <fmt/format.h>

#include "libcommon/base/checked.h"

namespace flu {
namespace {

bool is_name_byte(char c) {
  return (c >= 'a' && c <= 'z') || (c >= 'A' && c <= 'Z') || (c >= '0' && c <= '9') || c == '.' ||
         c == '_' || c == '-';
}

}  // namespace

Result<std::uint64_t> parse_unsigned(std::string_view text) {
  std::uint64_t value = 0;
  const auto [end, error] = std::from_chars(text.data(), text.data() + text.size(), value);
  if (text.empty() || error != std::errc{} || end != text.data() + text.size()) {
    return fail(ErrorCode::kInvalidArgument,
                fmt::format("expected a whole number, found '{}'", printable(text)));
  }
  return value;
}

Result<std::chrono::milliseconds> parse_duration(std::string_view text) {
  const auto wrong = [&] {
    return fail(ErrorCode::kInvalidArgument,
                fmt::format("expected a duration such as 90, 90s, 10m, 20h or 5d, found '{}'",
                            printable(text)));
  };
  const auto unit_at = std::find_if_not(text.begin(), text.end(),
                                        [](char c) { return (c >= '0' && c <= '9') || c == '.'; });
  const std::string_view digits = text.substr(0, static_cast<std::size_t>(unit_at - text.begin()));
  const std::string_view unit = text.substr(digits.size());
  double value = 0;
  const auto [end, error] = std::from_chars(digits.data(), digits.data() + digits.size(), value,
                                            std::chars_format::fixed);
  if (digits.empty() || error != std::errc{} || end != digits.data() + digits.size()) {
    return wrong();
  }
  double factor = 0;
  if (unit.empty() || unit == "s") factor = 1000;
  if (unit == "ms") factor = 1;
  if (unit == "m") factor = 60'000;
  if (unit == "h") factor = 3'600'000;
  if (unit == "d") factor = 86'400'000;
  const double milliseconds = value * factor;
  if (factor == 0 || milliseconds > 1e15) return wrong();
  return std::chrono::milliseconds(std::llround(milliseconds));
}

Result<std::uint64_t> parse_size(std::string_view text) {
  std::uint64_t factor = 1;
  std::string_view digits = text;
  if (!text.empty()) {
    constexpr std::string_view kSuffixes = "KMGT";
    const auto suffix =
        kSuffixes.find(static_cast<char>(std::toupper(static_cast<unsigned char>(text.back()))));
    if (suffix != std::string_view::npos) {
      factor = std::uint64_t{1} << (10 * (suffix + 1));
      digits.remove_suffix(1);
    }
  }
  const auto value = parse_unsigned(digits);
  const auto bytes = value ? checked_mul(*value, factor) : std::nullopt;
  if (!bytes) {
    return fail(ErrorCode::kInvalidArgument,
                fmt::format("expected a size such as 500M or 20G, found '{}'", printable(text)));
  }
  return *bytes;
}

std::string size_text(std::uint64_t bytes) {
  constexpr std::array<std::string_view, 5> kUnits{"", "K", "M", "G", "T"};
  auto value = static_cast<double>(bytes);
  std::size_t unit = 0;
  for (; value >= 1023.95 && unit + 1 < kUnits.size(); ++unit) value /= 1024;
  std::string text = fmt::format("{:.1f}", value);
  if (text.ends_with(".0")) text.resize(text.size() - 2);
  return text + std::string(kUnits[unit]);
}

std::vector<std::string_view> split(std::string_view text, char separator) {
  std::vector<std::string_view> parts;
  while (true) {
    const auto at = text.find(separator);
    parts.push_back(text.substr(0, at));
    if (at == std::string_view::npos) return parts;
    text.remove_prefix(at + 1);
  }
}

bool starts_with_ignoring_case(std::string_view text, std::string_view prefix) {
  return text.size() >= prefix.size() &&
         std::equal(prefix.begin(), prefix.end(), text.begin(), [](char a, char b) {
           return std::tolower(static_cast<unsigned char>(a)) ==
                  std::tolower(static_cast<unsigned char>(b));
         });
}

std::string printable(std::string_view text) {
  std::string out;
  for (const char c : text) {
    const auto byte = static_cast<unsigned char>(c);
    if (byte < 0x20 || byte == 0x7F) {
      out += fmt::format("\\x{:02x}", byte);
    } else {
      out += c;
    }
  }
  return out;
}

bool is_stream_name(std::string_view name) {
  if (name.empty() || name.size() > 200) return false;
  const auto parts = split(name, '/');
  return std::all_of(parts.begin(), parts.end(), [](std::string_view part) {
    return !part.empty() && part.front() != '.' &&
           std::all_of(part.begin(), part.end(), is_name_byte);
  });
}

std::string stream_folder(std::string_view name) {
  std::string folder(name);
  std::replace(folder.begin(), folder.end(), '/', '+');
  return folder;
}

std::string stream_of_folder(std::string_view folder) {
  std::string name(folder);
  std::replace(name.begin(), name.end(), '+', '/');
  return name;
}

}  // namespace flu
