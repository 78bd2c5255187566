#include "tools/serve/archive/archive_ask.h"

#include <algorithm>

#include <fmt/format.h>

#include "libcommon/base/text.h"

namespace flu::serve {
namespace {

using Kind = ArchiveAsk::Kind;

constexpr std::string_view kIndex = "index";
constexpr std::string_view kAbsoluteWord = "timeshift_abs";
constexpr std::string_view kRelativeWord = "timeshift_rel";
constexpr std::string_view kRewindWord = "rewind";
constexpr std::string_view kNow = "now";
constexpr std::uint64_t kTicksPerSecond = 90'000;
constexpr std::uint64_t kMaxSeconds = static_cast<std::uint64_t>(media::kMaxUtc.count()) / 90'000;

std::optional<std::uint64_t> seconds_of(std::string_view text) {
  const auto value = parse_unsigned(text);
  if (!value) return std::nullopt;
  return std::min(*value, kMaxSeconds);
}

std::optional<ArchiveAsk> range_of(std::string_view from, std::string_view duration) {
  ArchiveAsk ask;
  const auto begin = seconds_of(from);
  if (!begin) return std::nullopt;
  ask.from = *begin;
  if (duration == kNow) {
    ask.kind = Kind::kFromNow;
    return ask;
  }
  const auto seconds = seconds_of(duration);
  if (!seconds) return std::nullopt;
  ask.seconds = *seconds;
  return ask;
}

// `word` is timeshift_abs, timeshift_rel or rewind.
std::optional<ArchiveAsk> moment_of(std::string_view word, std::string_view number) {
  const auto seconds = seconds_of(number);
  if (!seconds) return std::nullopt;
  ArchiveAsk ask;
  if (word == kAbsoluteWord) {
    ask.kind = Kind::kAbsolute;
    ask.from = *seconds;
    return ask;
  }
  if (word != kRelativeWord && word != kRewindWord) return std::nullopt;
  ask.kind = word == kRewindWord ? Kind::kRewind : Kind::kRelative;
  ask.seconds = *seconds;
  return ask;
}

// timeshift_abs, timeshift_abs_mono: the word, and the list behind it.
std::string_view take_list_behind(std::string_view& word) {
  for (const std::string_view start : {kAbsoluteWord, kRelativeWord}) {
    if (!word.starts_with(start)) continue;
    std::string_view list = word.substr(start.size());
    if (list.empty() || list.front() != '_') continue;
    list.remove_prefix(1);
    word = start;
    return list;
  }
  return kIndex;
}

std::optional<std::string_view> take_last(std::string_view& path, char separator) {
  const auto at = path.rfind(separator);
  if (at == std::string_view::npos) return std::nullopt;
  const std::string_view last = path.substr(at + 1);
  path = path.substr(0, at);
  return last;
}

}  // namespace

media::Ticks ticks_of(std::uint64_t seconds) {
  return media::Ticks(static_cast<std::int64_t>(std::min(seconds, kMaxSeconds) * kTicksPerSecond));
}

std::optional<ArchiveAsk> take_archive_ask(std::string_view& name) {
  std::string_view rest = name;
  const auto last = take_last(rest, '-');
  if (!last) return std::nullopt;
  std::optional<ArchiveAsk> ask;
  std::string_view list = rest;
  if (const auto word = take_last(rest, '-')) {
    list = rest == "archive" ? kIndex : rest;
    ask = range_of(*word, *last);
    if (!ask) {
      if (rest == "rel" && *word == kRelativeWord) list = kIndex;
      ask = moment_of(*word, *last);
    }
  } else {
    std::string_view alone = rest;
    list = take_list_behind(alone);
    ask = moment_of(alone, *last);
  }
  if (ask) name = list;
  return ask;
}

std::optional<ArchiveAsk> take_archive_folder(std::string_view& folder) {
  std::string_view rest = folder;
  const auto duration = take_last(rest, '/');
  const auto from = take_last(rest, '/');
  if (!duration || !from || take_last(rest, '/') != "archive") return std::nullopt;
  const auto ask = range_of(*from, *duration);
  if (ask) folder = rest;
  return ask;
}

std::string write_archive_name(std::string_view list, const ArchiveAsk& ask) {
  switch (ask.kind) {
    case Kind::kRange: return fmt::format("{}-{}-{}", list, ask.from, ask.seconds);
    case Kind::kFromNow: return fmt::format("{}-{}-{}", list, ask.from, kNow);
    case Kind::kRewind: return fmt::format("{}-{}-{}", list, kRewindWord, ask.seconds);
    case Kind::kAbsolute: return fmt::format("{}-{}-{}", list, kAbsoluteWord, ask.from);
    case Kind::kRelative: return fmt::format("{}-{}-{}", list, kRelativeWord, ask.seconds);
  }
  return {};
}

}  // namespace flu::serve
