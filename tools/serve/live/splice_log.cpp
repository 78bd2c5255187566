#include "tools/serve/live/splice_log.h"

#include <algorithm>
#include <chrono>
#include <utility>

#include <fmt/format.h>

#include "libcommon/container/mpegts/scte35.h"
#include "tools/serve/limits.h"

namespace flu::serve {
namespace {

using DateRange = manifest::MediaPlaylist::DateRange;
namespace mpegts = container::mpegts;

// Repetitions come before the splice, with its time, which may differ by what the source's clock
// was corrected meanwhile. A splicer that uses a number again does so after a longer time.
constexpr std::chrono::seconds kRepeated{5};

// SCTE 35 table 6: splice_null, splice_schedule and bandwidth_reservation are no moment in time.
constexpr std::uint8_t kSpliceNull = 0x00;
constexpr std::uint8_t kSpliceSchedule = 0x04;
constexpr std::uint8_t kBandwidthReservation = 0x07;

bool is_moment(const mpegts::SpliceInfo& info) {
  return info.command != kSpliceNull && info.command != kSpliceSchedule &&
         info.command != kBandwidthReservation;
}

std::string attribute_of(const mpegts::SpliceInfo& info) {
  if (!info.is_out) return "SCTE35-CMD";
  return *info.is_out ? "SCTE35-OUT" : "SCTE35-IN";
}

media::Timestamp end_of(const DateRange& range) {
  return range.start + range.planned_duration;
}

}  // namespace

void SpliceLog::add(const media::Event& event) {
  const bool is_known = std::any_of(entries_.begin(), entries_.end(), [&](const Entry& entry) {
    const auto distance = entry.range.start - event.time;
    return entry.id == event.id && distance < kRepeated && -distance < kRepeated;
  });
  if (is_known) return;
  const auto info = mpegts::parse_splice_info(event.data);
  if (!info || !is_moment(*info)) return;
  DateRange range;
  range.start = event.time;
  const auto ms = std::chrono::floor<std::chrono::milliseconds>(event.time);
  range.id = fmt::format("splice-{}-{}", event.id, ms.count());
  range.attribute = attribute_of(*info);
  range.planned_duration = event.duration;
  if (info->segmentation_duration) {
    range.planned_duration = media::Ticks(static_cast<std::int64_t>(*info->segmentation_duration));
  }
  // As in the segments of MPEG-TS: its pts_time is that of their pictures.
  auto retimed = mpegts::retime_splice_info(event.data, event.time);
  range.section = retimed ? std::move(*retimed) : event.data;
  const auto place = std::upper_bound(
      entries_.begin(), entries_.end(), range.start,
      [](media::Timestamp time, const Entry& entry) { return time < entry.range.start; });
  entries_.insert(place, {event.id, std::move(range)});
  if (entries_.size() > kMaxSplices) entries_.erase(entries_.begin());
}

std::vector<DateRange> SpliceLog::since(media::Timestamp start) const {
  std::vector<DateRange> out;
  for (const Entry& entry : entries_) {
    if (end_of(entry.range) >= start) out.push_back(entry.range);
  }
  return out;
}

void SpliceLog::forget_before(media::Timestamp start) {
  std::erase_if(entries_, [&](const Entry& entry) { return end_of(entry.range) < start; });
}

}  // namespace flu::serve
