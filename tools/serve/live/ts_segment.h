#pragma once

#include "libcommon/base/bytes.h"
#include "libcommon/base/result.h"
#include "libcommon/container/mpegts/ts_writer.h"
#include "libcommon/media/track.h"
#include "tools/serve/live/segment_cache.h"

namespace flu::serve {

// A stored segment as MPEG-TS with `tracks`, and the tag of its bytes.
Result<SentSegment> make_ts_segment(Bytes stored, const media::Tracks& tracks,
                                    const container::TsWriterOptions& options = {});

}  // namespace flu::serve
