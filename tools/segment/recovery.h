#pragma once

#include <optional>
#include <string>

#include "libcommon/base/result.h"
#include "libcommon/media/time.h"
#include "tools/segment/numbering.h"
#include "tools/segment/publisher.h"
#include "tools/segment/track_mapper.h"

namespace flu::hub {

// Where the stream goes on.
struct Takeover {
  Numbering numbering;
  TrackMapper mapper;
  std::optional<media::Timestamp> last_end;  // of the newest segment
};

// Takes over what an earlier hub left. One that was killed had gathered the whole fragments of
// prev.mp4 and cur.mp4: they are closed as segments, sorted as that hub would have, and published.
// A torn end is passed over.
Result<Takeover> take_over(const std::string& folder, Publisher& publisher);

}  // namespace flu::hub
