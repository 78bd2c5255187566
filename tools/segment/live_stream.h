#pragma once

#include <array>
#include <cstdint>
#include <memory>
#include <optional>
#include <string>
#include <string_view>
#include <vector>

#include "libcommon/base/clock.h"
#include "libcommon/base/result.h"
#include "libcommon/container/mp4/flu_stream.h"
#include "libcommon/store/window_writer.h"
#include "tools/segment/assembler.h"
#include "tools/segment/cut_rule.h"
#include "tools/segment/numbering.h"
#include "tools/segment/parts.h"
#include "tools/segment/preroll.h"
#include "tools/segment/publisher.h"
#include "tools/segment/segment_log.h"
#include "tools/segment/track_mapper.h"

namespace flu::hub {

struct TrackCount {
  std::uint64_t frames = 0;
  std::uint64_t bytes = 0;
};
using TrackCounts = std::array<TrackCount, 64>;  // by track id, 1..63

struct StreamCounters {
  std::uint64_t frames = 0;
  std::uint64_t bytes = 0;
  std::uint64_t dropped_frames = 0;  // late, before the first key frame, or not to be written
  std::uint64_t lost_packets = 0;    // as told by the producers
  std::uint64_t forced_cuts = 0;
  std::uint64_t discontinuities = 0;
  media::Timestamp last_time{0};
  TrackCounts tracks{};

  void add(std::uint32_t track_id, std::size_t new_frames, std::size_t new_bytes) {
    TrackCount& track = tracks.at(track_id % tracks.size());
    for (std::uint64_t* count : {&frames, &track.frames}) *count += new_frames;
    for (std::uint64_t* count : {&bytes, &track.bytes}) *count += new_bytes;
  }
};

// One stream: frames of whichever producer plays go in, cur.mp4 and the window come out.
class LiveStream {
 public:
  // Takes over what an earlier hub left in `folder`: its growing segment is closed, as far as its
  // fragments are whole, and numbers go on from there.
  static Result<std::unique_ptr<LiveStream>> open(const std::string& folder,
                                                  const store::WindowSettings& settings,
                                                  Listeners listeners);

  // Another producer plays from here on; its tracks come next.
  void begin_source(const container::StreamHead& head);
  // The times of the producer that comes next are taken as they are, though they go back: what the
  // window holds is forgotten then. Numbers go on.
  void resync_with_next() { is_resync_wanted_ = true; }
  // Nobody plays: what was open is closed and published.
  void end_source();

  // The error is the producer's: too many tracks.
  Result<void> set_tracks(const media::Tracks& tracks);
  void add_fragment(const container::Fragment& fragment);
  void add_event(const media::Event& event);

  // What is held goes to cur.mp4, so that readers find it.
  void flush();
  // Somebody reads cur.mp4: none of its bytes may be passed over.
  void set_followed(bool is_followed) { log_.set_followed(is_followed); }
  // The same as flush(), once it is due.
  void flush_if_due(MonotonicTime now);

  // Other lengths, from the next cut on.
  void change(const store::WindowSettings& settings) { changed_settings_ = settings; }

  // The growing file; null while there is none.
  [[nodiscard]] const std::shared_ptr<LogFile>& log() const { return log_.current(); }
  [[nodiscard]] const media::Tracks& tracks() const { return tracks_; }
  [[nodiscard]] const Parts& parts() const { return parts_; }
  [[nodiscard]] const StreamCounters& counters() const { return counters_; }
  [[nodiscard]] const Numbering& numbering() const { return numbering_; }
  [[nodiscard]] Publisher& publisher() { return publisher_; }
  [[nodiscard]] const Publisher& publisher() const { return publisher_; }

 private:
  void forget_times();
  LiveStream(std::string folder, Publisher publisher, media::Ticks target);

  void use_tracks();
  [[nodiscard]] bool is_waited_for(std::uint32_t track_id) const;
  void note_info(const container::Fragment& fragment, std::uint32_t track_id);
  void note_break(std::uint32_t track_id, media::Timestamp dts);
  [[nodiscard]] bool goes_on_at(std::uint32_t track_id, media::Timestamp dts) const;
  void add_main(Run run);
  void add_other(Run run);
  void append(Run run, bool is_told);
  void mark_key(const Run& run);
  bool is_behind(const Run& run);
  void start_segment(const Run& run, Cut cut);
  Result<void> write_start(const Run& run, const SegmentStart& start);
  SegmentStart make_start(const Run& run, Cut cut);
  container::FragmentInfo make_info(const Run& run) const;
  void store_samples(const Run& run, std::uint64_t position);
  void stop(std::string_view why);  // closes what is open; the next segment waits for a key frame
  void give_up(const Error& why);
  void publish_complete();
  void tell_parts();
  void apply_changes();

  Publisher publisher_;
  CutRule cut_rule_;
  Assembler assembler_;
  SegmentLog log_;
  Numbering numbering_;
  TrackMapper mapper_;
  TrackMapper::Mapping mapping_;
  Parts parts_;
  Preroll preroll_;
  StreamCounters counters_;

  container::StreamHead head_;
  media::Tracks tracks_;
  std::uint32_t init_hash_ = 0;  // 0: not written yet
  bool has_new_tracks_ = false;  // those of mapping_ count from the next key frame on
  std::vector<media::Event> waiting_events_;
  std::optional<store::WindowSettings> changed_settings_;

  bool is_resync_wanted_ = false;
  bool has_loss_ = false;                     // frames were dropped here: the next segment says so
  std::vector<std::uint32_t> broken_tracks_;  // whose DISCONT belongs to the break already made
  media::Timestamp last_key_{0};
  media::Ticks shift_{0};
  std::optional<media::Timestamp> last_end_;  // of the newest segment

  MonotonicTime held_since_{};

  std::vector<container::SampleEntry> scratch_;
  container::ProducerTime producer_time_;
};

}  // namespace flu::hub
