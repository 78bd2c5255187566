#pragma once

#include <cstddef>
#include <cstdint>
#include <optional>
#include <vector>

#include "libcommon/base/bytes.h"
#include "libcommon/base/result.h"
#include "libcommon/container/mp4/flu_stream.h"
#include "libcommon/container/mp4/segment_box.h"
#include "libcommon/media/track.h"
#include "libcommon/segment/index_record.h"
#include "tools/serve/ll/segment_parts.h"

namespace flu::serve {

// The segment that the hub gathers in cur.mp4, as far as its parts are told. Keeps where its
// samples lie, not the samples. Pure.
class GrowingSegment {
 public:
  // `part`: any of it, as told by the hub.
  explicit GrowingSegment(const segment::IndexRecord& part);

  // The next bytes of the file. kNotFound: the file is of another segment.
  Result<void> feed(Bytes bytes);
  [[nodiscard]] std::uint64_t fed() const { return fed_; }

  // All up to the end of `part` was fed.
  void tell(const segment::IndexRecord& part);

  [[nodiscard]] const segment::IndexRecord& record() const { return record_; }
  [[nodiscard]] std::uint32_t seq() const { return record_.seq; }
  [[nodiscard]] std::size_t told() const { return told_; }
  [[nodiscard]] media::Ticks part_target() const { return media::Ticks(record_.duration); }
  [[nodiscard]] const media::Tracks& tracks() const { return tracks_; }
  // Of what is told.
  [[nodiscard]] const PartsInfo& info() const { return info_; }
  // With offsets in the file.
  [[nodiscard]] SegmentParts parts() const;

 private:
  struct TrackState {
    container::SegmentTrack track;
    bool has_begun = false;
  };

  Result<void> add(container::StreamUnit unit);
  Result<void> add_fragment(const container::Fragment& fragment);
  [[nodiscard]] bool belongs(const TrackState& state, const container::SampleEntry& sample) const;

  segment::IndexRecord record_;
  std::uint64_t fed_ = 0;
  container::FluReader reader_;
  bool has_cut_ = false;
  media::Tracks tracks_;
  std::uint32_t main_id_ = 0;
  std::vector<TrackState> states_;
  std::size_t told_ = 0;
  PartsInfo info_;
};

}  // namespace flu::serve
