#pragma once

#include <deque>
#include <map>
#include <optional>

#include "libcommon/link/unit_writer.h"
#include "libcommon/media/sample.h"
#include "libcommon/media/track.h"

namespace flu::link {

// Keeps the tracks of a stream within 500 ms of each other: multiplexes that send video long before
// the audio of the same time would else starve players that buffer less. A track that is silent, or
// further behind than can be waited for, holds nobody up; nor does it cost more than 16 MiB.
class Interleaver {
 public:
  struct Held {
    media::Sample sample;
    FragmentContext context;
  };

  // Forgets all times; what is held must have been taken out.
  void set_tracks(const media::Tracks& tracks);

  // Whether the sample may go at once; else it is to be held. Called once for each.
  bool admit(const media::Sample& sample);
  void hold(media::Sample sample, const FragmentContext& context);

  // The next held sample whose turn has come; with `all` whatever is held, in the order of time.
  std::optional<Held> next(bool all);

 private:
  struct TrackState {
    std::optional<media::Timestamp> newest;
    media::Timestamp came{0};  // where the fastest track was then
    std::deque<Held> held;
  };

  [[nodiscard]] bool is_due(media::Timestamp dts) const;
  static bool is_awaited(const TrackState& state, media::Timestamp fastest);

  std::map<std::uint32_t, TrackState> states_;  // of audio and video
  media::Timestamp slowest_{0};
  std::size_t held_bytes_ = 0;
};

}  // namespace flu::link
