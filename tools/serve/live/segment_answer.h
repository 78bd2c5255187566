#pragma once

#include <memory>
#include <string>

#include "libcommon/base/result.h"
#include "libcommon/media/track.h"
#include "libcommon/segment/index_record.h"
#include "tools/serve/http/response.h"
#include "tools/serve/live/fmp4.h"
#include "tools/serve/live/playlist.h"
#include "tools/serve/live/segment_cache.h"
#include "tools/serve/live/ts_pids.h"
#include "tools/serve/route.h"

// What a segment is made of and how it is answered, of the window and of the archive alike: the
// bytes behind an address are the same wherever they come from.
namespace flu::serve {

// The tracks that a segment's address names; an error is words for the client, as refusal() takes
// it.
Result<Selection> select_for_segment(const media::Tracks& all, const Route& route);

struct SegmentWish {
  const media::Tracks& all;     // of the stored segment
  const media::Tracks& tracks;  // of them, those that are wanted
  Format format;
  const PidWishes& pids;
};
Result<SentSegment> make_sent_segment(const Body& stored, const segment::IndexRecord& record,
                                      const SegmentWish& wish);

// What the name of a kept segment ends in: its format, with all that decides its bytes.
std::string ending_of(Format format, const PidWishes& pids);

Response segment_response(const std::shared_ptr<const SentSegment>& segment, Format format);
Response init_response(PlayerInit init);

Response no_such_segment();
Response no_such_init();
Response unreadable();  // the log says why

}  // namespace flu::serve
