#include "libcommon/manifest/webvtt.h"

#include <algorithm>
#include <cstdint>
#include <iterator>

#include <fmt/format.h>

#include "libcommon/base/crc32c.h"
#include "libcommon/codec/cue_text.h"

namespace flu::manifest {
namespace {

constexpr std::int64_t kSecond = 90'000;
constexpr std::int64_t kMillisecond = 90;
constexpr std::uint64_t kTimestampMask = (std::uint64_t{1} << 33) - 1;

std::int64_t floored(std::int64_t value, std::int64_t unit) {
  return (value >= 0 ? value : value - unit + 1) / unit;
}

std::string write_time(std::int64_t ms) {
  return fmt::format("{:02}:{:02}:{:02}.{:03}", ms / 3'600'000, ms / 60'000 % 60, ms / 1000 % 60,
                     ms % 1000);
}

}  // namespace

std::string write_webvtt(media::Timestamp start, std::span<const codec::Cue> cues) {
  std::int64_t base = start.count();
  for (const codec::Cue& cue : cues) base = std::min(base, cue.start.count());
  // A whole second: times are rounded alike in every segment.
  base = floored(base, kSecond) * kSecond;
  std::string out = fmt::format("WEBVTT\nX-TIMESTAMP-MAP=MPEGTS:{},LOCAL:00:00:00.000\n",
                                static_cast<std::uint64_t>(base) & kTimestampMask);
  for (const codec::Cue& cue : cues) {
    const std::string text = codec::tidy_cue_text(cue.text);
    const std::string settings = codec::tidy_cue_settings(cue.settings);
    if (text.empty()) continue;
    const std::int64_t from = floored(cue.start.count(), kMillisecond);
    const std::int64_t to = std::max(floored(cue.end.count(), kMillisecond), from + 1);
    const std::int64_t zero = base / kMillisecond;
    fmt::format_to(std::back_inserter(out), "\n{}-{:08x}\n{} --> {}{}{}\n{}\n", from,
                   crc32c(as_bytes(text)), write_time(from - zero), write_time(to - zero),
                   settings.empty() ? "" : " ", settings, text);
  }
  return out;
}

}  // namespace flu::manifest
