#pragma once

#include <cstdint>
#include <optional>
#include <vector>

#include "libcommon/codec/cue_sample.h"
#include "libcommon/media/sample.h"
#include "libcommon/media/track.h"

namespace flu::codec {

// A wvtt track whose configuration is a file of WebVTT without anything in front of its cues.
media::Track make_text_track();

// Cues as the samples of a wvtt track: one whenever something comes or goes, with all that is shown
// from then on. Times rise; a cue that comes late is shown late but keeps its own times. Pure.
class CueTrack {
 public:
  // Beyond kMaxCues the oldest is let go.
  void add(Cue cue);

  // Nothing is added any more. What is shown last ends by its own times: a sample that says so
  // would lie where another source is by then.
  void finish() { is_finished_ = true; }

  // The next sample up to `now`.
  std::optional<media::Sample> next(media::Timestamp now);

 private:
  [[nodiscard]] std::optional<media::Timestamp> next_change() const;

  std::vector<Cue> waiting_;  // by their starts
  std::vector<Cue> shown_;
  std::optional<media::Timestamp> last_;
  bool is_finished_ = false;
};

}  // namespace flu::codec
