#pragma once

#include <chrono>
#include <cstdint>
#include <optional>
#include <span>
#include <string>
#include <vector>

#include "libcommon/base/clock.h"
#include "libcommon/media/arrival_trend.h"
#include "libcommon/media/burst_drift.h"
#include "libcommon/media/carried_clock.h"
#include "libcommon/media/sample.h"
#include "libcommon/media/time.h"
#include "libcommon/media/time_map.h"

namespace flu::media {

// How the source's pace relates to real time (docs/design.md, "Time").
enum class Pacing {
  kLive,    // paced by its sender: drift of its clock is measured and followed
  kBursts,  // the same in bursts of seconds, such as HLS: judged by its own times, not by arrival
  kPaced,   // paced by our own clock, such as a file played in real time: no drift
  kUtc,     // the source's times are UTC already: only what would go back is dropped
  kFree,    // a file or standard input, read as fast as it comes: anchored once, never slewed
};

// The one mapping of a source's media time to UTC x 90000. Pure: the clocks are parameters. UTC is
// read at the anchor and carried by the monotonic clock.
//
// A jump of the source's timestamps is one discontinuity: the first track that jumps is put where
// it was expected, the others that jump by the same amount follow it, so that tracks stay
// together. A forward step of the wall clock is one discontinuity; after a backward step the time
// goes on and is marked unsure. A drift below 1 % is slewed; above, samples are timed from their
// arrival, smoothed (kLive).
class Timeline {
 public:
  using Arrival = media::Arrival;

  explicit Timeline(Pacing pacing) : pacing_(pacing) {}

  struct Mapped {
    Timestamp dts{0};
    Ticks duration{0};              // as long as it is in UTC
    bool is_discontinuity = false;  // the first sample after a jump: `reason` says which
    std::string reason;
    bool is_dropped = false;  // late: would go back on its track
    bool is_clock_unsure = false;
  };

  // `dts` is the source's, unwrapped. The result is later than what the same track was given
  // before, or dropped.
  Mapped map(std::uint32_t track_id, Timestamp dts, Ticks duration, const Arrival& arrival);

  // The same for a whole sample, whose dts, cts and duration become UTC's. One that is sparse is
  // mapped as the others are, and dropped before the first of them.
  Mapped retime(Sample& sample, const Arrival& arrival);

  // What came together with the next sample: an anchor holds to all of it. Samples that were kept
  // back until now are older than this moment, and tracks begin at different times.
  void expect(std::span<const Unit> units);

  // The source restarted or was changed: the next sample anchors anew, marked as a discontinuity.
  void restart(std::string reason = "source restarted");
  void restart(std::string reason, Pacing pacing);

  // The source says that it broke here: the next sample is marked.
  void mark(std::string reason);

  // For events, which have a presentation time only. nullopt before the first sample.
  [[nodiscard]] std::optional<Timestamp> to_utc(Timestamp source_time) const;

  // The source's pace is off by more than 1 %, so that times come from arrival.
  [[nodiscard]] bool is_retimed() const { return is_retimed_; }
  [[nodiscard]] double slew() const { return map_.is_anchored() ? map_.rate() : 0.0; }

 private:
  struct Track {
    std::uint32_t id = 0;
    Ticks shift{0};                   // added to the source's times since its last jump
    std::optional<Timestamp> last_x;  // since the last anchor, shifted
    MonotonicTime last_arrival;
    std::optional<Timestamp> last_utc;
    Timestamp end{0};  // in UTC
    unsigned since_jump = 0;
    bool has_jumped = false;
    bool is_silent = false;  // its shift is its own clock's, which was no discontinuity
  };

  Mapped retime_sparse(Sample& sample);
  Track& track(std::uint32_t id);
  void watch_clock(const Arrival& arrival);
  void note_first(std::uint32_t track_id, Timestamp dts);
  void anchor(const Arrival& arrival);
  [[nodiscard]] Ticks max_apart() const;
  [[nodiscard]] bool is_by_own_times() const;
  [[nodiscard]] std::optional<Timestamp> earliest_start(Timestamp oldest) const;
  [[nodiscard]] Timestamp arrival_utc(const Arrival& arrival) const;
  [[nodiscard]] Timestamp expected_x(const Track& track, const Arrival& arrival) const;
  [[nodiscard]] bool is_jump(const Track& track, Timestamp x, const Arrival& arrival) const;
  bool follow_other_track(Track& track, Timestamp dts, const Arrival& arrival);
  bool start_again(Track& track, Timestamp dts, const Arrival& arrival);
  [[nodiscard]] Ticks distance_as_shifted_by(const Track& other, const Track& track, Timestamp dts,
                                             const Arrival& arrival) const;
  [[nodiscard]] Timestamp end_or_arrival(const Track& track, const Arrival& arrival) const;
  [[nodiscard]] bool has_missed_jump(const Track& track, Timestamp x) const;
  [[nodiscard]] bool is_explained_by_silence(Timestamp x, const Arrival& arrival) const;
  void note_silence(const Arrival& arrival);
  void follow_drift(Timestamp x, const Arrival& arrival);
  void follow_bursts(Ticks lateness, Ticks error, const Arrival& arrival);
  void stood_still_for(Ticks time);
  void set_rate(Ticks error);
  [[nodiscard]] bool is_pace_wrong() const;
  void forget_trend();

  Pacing pacing_;
  std::optional<CarriedClock> clock_;
  TimeMap map_;
  bool is_anchor_wanted_ = true;
  std::vector<Track> tracks_;
  Ticks shift_{0};  // of the track that jumped last: what a new track starts with
  Timestamp newest_x_{0};
  MonotonicTime newest_arrival_{};
  struct First {
    std::uint32_t track_id;
    Timestamp dts;
  };
  std::vector<First> firsts_;  // of each track, in what is anchored next
  Timestamp newest_first_{0};  // of that
  Ticks first_shift_{0};       // after a jump among it
  std::optional<std::string> pending_reason_;

  BurstDrift burst_drift_;
  std::chrono::nanoseconds silence_{0};  // between bursts, as usual

  ArrivalTrend trend_;
  std::optional<Ticks> least_error_;   // lateness of the earliest sample of the open bucket
  std::optional<Ticks> normal_error_;  // the same of the first bucket after the anchor
  unsigned behind_ = 0;                // buckets in a row that were far too late
  bool is_retimed_ = false;
};

}  // namespace flu::media
