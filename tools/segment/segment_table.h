#pragma once

#include <cstdint>
#include <memory>
#include <optional>
#include <vector>

#include "libcommon/container/mp4/flu_stream.h"
#include "libcommon/media/sample.h"
#include "libcommon/media/track.h"
#include "libcommon/segment/index_record.h"
#include "tools/segment/log_file.h"

namespace flu::hub {

// Where a frame lies; the hub keeps these 40 bytes and leaves the frame itself in cur.mp4.
struct StoredSample {
  media::Timestamp dts{0};
  media::Ticks cts{0};
  std::uint64_t position = 0;
  std::uint32_t duration = 0;
  std::uint32_t size = 0;
  media::Sap sap = media::Sap::kNone;
  std::uint8_t file = 0;  // index in SegmentTable::files

  [[nodiscard]] media::Timestamp pts() const { return dts + cts; }
};

inline StoredSample stored(const container::SampleEntry& entry, std::uint64_t position) {
  return {entry.dts,  entry.cts, position, static_cast<std::uint32_t>(entry.duration.count()),
          entry.size, entry.sap, 0};
}

struct TrackTable {
  std::uint32_t id = 0;
  media::TrackKind kind = media::TrackKind::kVideo;
  bool is_text = false;  // what is shown at the end of a segment is repeated in the next
  std::vector<StoredSample> samples;
  // The dts of the track's first frame in the segment behind, once known: the end of the last one.
  std::optional<media::Timestamp> next_dts;
};

// The flags that fragments and records have in common, in the same bits: DISCONT, SLATE, LOSS,
// CLOCK_UNSURE.
inline constexpr std::uint32_t kStreamFlags = 0xF;
static_assert(std::uint32_t{container::kDiscont} == std::uint32_t{segment::kDiscont});
static_assert(std::uint32_t{container::kSlate} == std::uint32_t{segment::kSlate});
static_assert(std::uint32_t{container::kLoss} == std::uint32_t{segment::kLoss});
static_assert(std::uint32_t{container::kClockUnsure} == std::uint32_t{segment::kClockUnsure});

// What is known of a segment when it begins.
struct SegmentStart {
  std::uint32_t seq = 0;
  std::uint32_t disc_seq = 0;
  std::uint16_t flags = 0;  // segment::RecordFlags
  std::uint32_t source = 0;
  std::uint32_t lost = 0;
  std::uint64_t arrival_us = 0;  // UTC, of the first frame
  std::uint32_t init_hash = 0;
  media::Timestamp time{0};  // presentation of the first frame of the main track
};

// One segment while it is gathered.
struct SegmentTable {
  SegmentStart start;
  std::uint32_t main_track = 0;
  std::vector<TrackTable> tracks;  // all of the stream's, in its order
  std::optional<container::ProducerTime> producer_time;
  std::vector<media::Event> events;
  std::vector<std::shared_ptr<LogFile>> files;
  std::uint64_t bytes = 0;
  std::size_t samples = 0;
  // Where the segment behind begins, when that goes on without a break.
  std::optional<media::Timestamp> end;

  [[nodiscard]] const TrackTable* find(std::uint32_t id) const;
  [[nodiscard]] TrackTable* find(std::uint32_t id);
};

}  // namespace flu::hub
