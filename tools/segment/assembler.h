#pragma once

#include <cstdint>
#include <memory>
#include <optional>
#include <utility>
#include <vector>

#include "tools/segment/limits.h"
#include "tools/segment/segment_table.h"

namespace flu::hub {

// Sorts frames into segments. The main track decides where one begins; the other tracks are cut at
// presentation >= that (audio, subtitles) or at their own key frame of the same presentation
// (video). So for a moment two segments are open: the one that begins, and the one that still
// waits for audio that comes later in the stream. A pure function of the order of calls, so that
// two hubs with the same input make the same segments, and a restarted one repeats its log.
class Assembler {
 public:
  // The tracks of all segments that begin from here on; no segment may be open.
  void set_tracks(const media::Tracks& tracks);

  // The segment that is open, if one is, ends at start.time. `log` is where frames go from here on.
  void begin(const SegmentStart& start, std::shared_ptr<LogFile> log);

  // Is there a segment for this frame? Not when it is not behind the one before it on its track,
  // when it lies before the start of a stream, or in a segment that is complete and was silent.
  [[nodiscard]] bool accepts(std::uint32_t track_id, const StoredSample& sample) const;

  // A frame of the stream, stored in the newest log; one that is not accepted is left out.
  void add(std::uint32_t track_id, const StoredSample& sample);
  void add_event(const media::Event& event);
  void add_producer_time(const container::ProducerTime& time);
  void add_flags(std::uint16_t flags, std::uint32_t lost);  // of a later fragment of the segment

  // The stream breaks or ends: the open segment ends with its last frame.
  void end();

  // Frames of `log` from `position` on were never written: they are in no segment. How many.
  std::size_t forget(const LogFile& log, std::uint64_t position);

  // The stream goes on from another hub's: what lies in front of the first segment was that one's.
  void begin_without_lead() { lead_ = media::Ticks(0); }

  // Frames may be earlier than those before; while none is open.
  void forget_times();

  // Segments that are complete, oldest first.
  std::optional<SegmentTable> take_complete();

  // Frames of the open segment that came before its cut, so that they lie in the log before; what
  // text shows at the cut is such a frame of both segments. The
  // caller of begin() copies them to the new log, which then stands for itself, and says so by
  // early_were_copied(). A log that is repeated has them there already.
  [[nodiscard]] std::vector<std::pair<std::uint32_t, StoredSample*>> early();
  [[nodiscard]] const LogFile& log_of_early() const { return *open_->files.back(); }
  void early_were_copied();

  [[nodiscard]] bool is_open() const { return open_.has_value(); }
  [[nodiscard]] bool is_closing() const { return closing_.has_value(); }
  [[nodiscard]] const SegmentTable& open_segment() const { return *open_; }
  [[nodiscard]] std::uint32_t main_track() const { return main_track_; }
  [[nodiscard]] std::optional<media::Timestamp> last_dts(std::uint32_t track_id) const;

 private:
  struct TrackState {
    std::uint32_t id = 0;
    std::optional<media::Timestamp> last_dts;
    bool is_fresh = true;    // no frame since the stream began or broke
    bool has_passed = true;  // its frames belong to the open segment, no longer to the closing one
  };

  [[nodiscard]] const TrackState* find_state(std::uint32_t id) const;
  TrackState* find_state(std::uint32_t id);
  void pass(TrackState& state, TrackTable& closing, const StoredSample& first);
  void repeat_shown(const TrackTable& from);
  void split(TrackTable& from);
  void store(SegmentTable& segment, std::uint32_t track_id, StoredSample sample, std::size_t file);
  void complete_if_done();
  void complete_closing();

  media::Tracks tracks_;
  std::uint32_t main_track_ = 0;
  std::vector<TrackState> states_;
  media::Ticks lead_ = kMaxLead;
  std::optional<SegmentTable> closing_;
  std::size_t late_file_ = 0;  // the newest log in closing_->files
  std::optional<SegmentTable> open_;
  std::vector<SegmentTable> complete_;
};

}  // namespace flu::hub
