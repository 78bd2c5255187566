#pragma once

#include "libcommon/base/bytes.h"
#include "libcommon/base/result.h"
#include "libcommon/media/track.h"
#include "libcommon/segment/index_record.h"
#include "tools/serve/live/segment_cache.h"

namespace flu::serve {

// A stored segment's text, that of the first of `tracks`, as WebVTT: every cue that is shown in its
// time, with the whole time that it is shown (RFC 8216 3.5). Maybe none.
Result<SentSegment> make_text_segment(Bytes stored, const segment::IndexRecord& record,
                                      const media::Tracks& tracks);

}  // namespace flu::serve
