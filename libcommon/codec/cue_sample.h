#pragma once

#include <string>
#include <vector>

#include "libcommon/base/bytes.h"
#include "libcommon/base/result.h"
#include "libcommon/media/time.h"

namespace flu::codec {

// A line of subtitles, with the whole time that it is shown.
struct Cue {
  media::Timestamp start{0};
  media::Timestamp end{0};
  std::string settings;  // WebVTT 4.5; mostly empty
  std::string text;      // WebVTT 4.2: of tidy_cue_text()

  bool operator==(const Cue&) const = default;
};

// A sample of a wvtt track (ISO 14496-30 7.4): vttc for each cue that is shown from `dts` on, vtte
// where there is none. Our own FLU-CUE in each (docs/format.md) keeps when it is shown altogether,
// counted from `dts`, so that moving the sample in time moves its cues.
Buffer write_cue_sample(media::Timestamp dts, const std::vector<Cue>& cues);

// Those of a sample; times of the sample itself where the vttc does not say its own. kMalformed for
// what are no boxes; boxes that are not known are passed over, and cues beyond kMaxCues.
Result<std::vector<Cue>> parse_cue_sample(media::Timestamp dts, media::Ticks duration,
                                          Bytes sample);

}  // namespace flu::codec
