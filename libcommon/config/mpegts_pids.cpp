#include "libcommon/config/mpegts_pids.h"

#include <charconv>
#include <optional>
#include <string_view>

#include <fmt/format.h>

#include "libcommon/base/text.h"

namespace flu::config {
namespace {

constexpr std::uint64_t kMaxPid = 0x1FFE;    // ISO 13818-1 table 2-3: 0x1FFF is stuffing
constexpr std::uint64_t kFirstFree = 0x20;   // below are the tables of ISO 13818-1 and DVB
constexpr std::uint64_t kFirstTable = 0x10;  // of DVB
constexpr std::uint64_t kMaxNumber = 63;     // of a track, as in addresses

// 211, 0x12, 16#fb
std::optional<std::uint64_t> parse_pid(std::string_view text) {
  if (!text.starts_with("0x") && !text.starts_with("0X") && !text.starts_with("16#")) {
    const auto number = parse_unsigned(text);
    return number ? std::optional(*number) : std::nullopt;
  }
  text.remove_prefix(text.front() == '0' ? 2 : 3);
  std::uint64_t value = 0;
  const auto [end, ec] = std::from_chars(text.data(), text.data() + text.size(), value, 16);
  const bool is_whole = ec == std::errc() && end == text.data() + text.size();
  return is_whole ? std::optional(value) : std::nullopt;
}

// The track's number; 0 is a base. nullopt: no name of a track.
std::optional<std::uint64_t> track_number(std::string_view key) {
  constexpr std::string_view kKinds = "vat";
  if (key.size() < 2 || kKinds.find(key.front()) == std::string_view::npos) return std::nullopt;
  if (key.size() > 2 && key[1] == '0') return std::nullopt;
  const auto number = parse_unsigned(key.substr(1));
  return number && *number <= kMaxNumber ? std::optional(*number) : std::nullopt;
}

struct Range {
  std::uint64_t low;
  std::uint64_t high;
};

std::optional<Range> range_of(std::string_view key) {
  if (key == "pmt") return Range{kFirstFree, kMaxPid};
  if (key == "sdt") return Range{kFirstTable, kMaxPid};
  const auto number = track_number(key);
  if (!number) return std::nullopt;
  return *number == 0 ? Range{kFirstFree - 1, kMaxPid - kMaxNumber} : Range{kFirstFree, kMaxPid};
}

const std::string* holder_of(const MpegtsPids& pids, std::uint64_t pid) {
  for (const auto& [key, value] : pids) {
    if (value == pid && track_number(key) != 0U) return &key;
  }
  return nullptr;
}

}  // namespace

MpegtsPids load_mpegts_pids(const Statement& statement, const std::string& subject,
                            Diagnostics& diagnostics) {
  MpegtsPids pids;
  const auto report = [&](const Word& word, const std::string& what) {
    diagnostics.error(word.line, fmt::format("mpegts_pids in {}: {}", subject, what));
  };
  if (statement.words.size() < 2) {
    report(statement.words.front(), "expected pmt=, sdt=, v1=, a1= or t1=, found nothing");
  }
  for (std::size_t i = 1; i < statement.words.size(); ++i) {
    const Word& word = statement.words[i];
    const std::string key(word.has_key() ? word.key() : std::string_view());
    const auto range = range_of(key);
    if (!range) {
      report(word, fmt::format("expected pmt=, sdt=, v1=, a1= or t1= (v0= is the base of v), "
                               "found '{}'",
                               printable(word.value)));
      continue;
    }
    const auto pid = parse_pid(word.argument());
    if (!pid || *pid < range->low || *pid > range->high) {
      report(word,
             fmt::format("{} is from {} to {} (0x{:x} to 0x{:x}), found '{}'", key, range->low,
                         range->high, range->low, range->high, printable(word.argument())));
      continue;
    }
    const bool is_base = track_number(key) == 0U;
    if (const std::string* other = is_base ? nullptr : holder_of(pids, *pid)) {
      report(word, *other == key
                       ? fmt::format("{} is given twice", key)
                       : fmt::format("{} and {} have the same PID, {}", *other, key, *pid));
      continue;
    }
    if (!pids.emplace(key, static_cast<std::uint16_t>(*pid)).second) {
      report(word, fmt::format("{} is given twice", key));
    }
  }
  return pids;
}

}  // namespace flu::config
