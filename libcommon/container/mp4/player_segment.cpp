#include "libcommon/container/mp4/player_segment.h"

#include <algorithm>
#include <span>
#include <utility>

#include <fmt/format.h>

#include "libcommon/container/mp4/player_part.h"
#include "libcommon/container/mp4/presentation_times.h"
#include "libcommon/container/mp4/segment_box.h"

namespace flu::container {
namespace {

void add_range(std::vector<Bytes>& data, Bytes range) {
  if (!data.empty() && data.back().data() + data.back().size() == range.data()) {
    data.back() = {data.back().data(), data.back().size() + range.size()};
  } else if (!range.empty()) {
    data.push_back(range);
  }
}

// Where a track's samples lie: one behind the other, as the hub lays them out.
Result<Bytes> range_of(const SegmentTrack& track, Bytes stored) {
  if (track.samples.empty()) return Bytes{};
  std::uint64_t end = track.samples.front().offset;
  for (const SampleEntry& sample : track.samples) {
    if (sample.offset != end) {
      return fail(ErrorCode::kMalformed,
                  fmt::format("track {}: a sample at byte {}, expected at {}", track.track_id,
                              sample.offset, end));
    }
    end += sample.size;
  }
  return stored.subspan(track.samples.front().offset, track.bytes);
}

// The same with frames of silence among them.
void add_pieces(const SegmentTrack& track, Bytes stored, Bytes silence, std::vector<Bytes>& data) {
  for (const SampleEntry& sample : track.samples) {
    add_range(data, sample.offset == kSilenceOffset ? silence
                                                    : stored.subspan(sample.offset, sample.size));
  }
}

// What of a segment is chosen, track by track.
class Chooser {
 public:
  Chooser(Bytes stored, const Stretch& time) : stored_(stored), time_(time) {}

  Result<void> add(const media::Track& track, SegmentTrack samples) {
    FLU_TRY_ASSIGN(const Bytes range, range_of(samples, stored_));
    if (set_presentation_times(samples.samples)) is_changed_ = true;
    Buffer silence = fill_with_silence(track, time_, samples);
    if (silence.empty()) {
      add_range(out_.data, range);
    } else {
      is_changed_ = true;
      out_.silence.push_back(std::move(silence));
      add_pieces(samples, stored_, out_.silence.back(), out_.data);
    }
    if (!samples.samples.empty()) chosen_.push_back(std::move(samples));
    return {};
  }

  [[nodiscard]] const std::vector<SegmentTrack>& chosen() const { return chosen_; }
  [[nodiscard]] bool is_changed() const { return is_changed_; }
  PlayerSegment take() { return std::move(out_); }

 private:
  Bytes stored_;
  Stretch time_;
  std::vector<SegmentTrack> chosen_;
  bool is_changed_ = false;
  PlayerSegment out_;
};

}  // namespace

Result<PlayerSegment> make_player_segment(Bytes stored, const media::Tracks& tracks,
                                          const Stretch& time) {
  FLU_TRY_ASSIGN(ParsedSegment segment, parse_segment(stored));
  const std::size_t of_all = segment.tracks.size();
  for (const media::Track& track : tracks) {
    const bool is_there =
        std::any_of(segment.tracks.begin(), segment.tracks.end(),
                    [&](const SegmentTrack& samples) { return samples.track_id == track.id; });
    if (!is_there) segment.tracks.push_back({track.id, {}, 0});
  }
  Chooser chooser(stored, time);
  for (SegmentTrack& samples : segment.tracks) {
    const media::Track* const track = media::find_track(tracks, samples.track_id);
    if (track != nullptr) FLU_TRY(chooser.add(*track, std::move(samples)));
  }
  const std::span<const SegmentTrack> chosen = chooser.chosen();
  PlayerSegment out = chooser.take();
  if (chosen.empty()) {
    // Players wait for a moof behind each init.
    std::vector<SegmentTrack> none;
    for (const media::Track& track : tracks) none.push_back({track.id, {}, 0});
    FLU_TRY_ASSIGN(out.head, write_part_header(segment.seq, none, time.start));
    return out;
  }
  if (chosen.size() == of_all && !chooser.is_changed() && segment.events.empty()) {
    out.data = {stored.subspan(segment.moof_offset)};
    return out;
  }
  FLU_TRY_ASSIGN(SegmentHeader header,
                 write_segment_header(segment.seq, chosen, {}, segment.events));
  out.head = std::move(header.bytes);
  return out;
}

}  // namespace flu::container
