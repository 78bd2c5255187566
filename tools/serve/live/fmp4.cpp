#include "tools/serve/live/fmp4.h"

#include <utility>

#include "libcommon/base/sha256.h"
#include "libcommon/container/mp4/init.h"
#include "libcommon/container/mp4/player_segment.h"

namespace flu::serve {

PlayerInit make_fmp4_init(const media::Tracks& tracks) {
  PlayerInit init;
  init.bytes = container::write_player_init(tracks);
  const Sha256Digest digest = sha256(init.bytes);
  for (unsigned i = 0; i < 8; ++i) init.hash = init.hash << 8 | digest.at(i);
  return init;
}

container::Stretch stretch_of(const segment::IndexRecord& record) {
  return {record.start, record.start + media::Ticks(record.duration)};
}

Result<SentSegment> make_fmp4_segment(const Body& stored, const segment::IndexRecord& record,
                                      const media::Tracks& tracks) {
  FLU_TRY_ASSIGN(container::PlayerSegment made,
                 container::make_player_segment(stored.bytes, tracks, stretch_of(record)));
  SentSegment segment;
  if (made.head.empty() && made.data.size() == 1) {
    segment.body = {stored.owner, made.data.front()};
  } else {
    Buffer bytes = std::move(made.head);
    for (const Bytes part : made.data) append(bytes, part);
    segment.body = make_body(std::move(bytes));
  }
  segment.etag = make_etag(segment.body.bytes);
  return segment;
}

}  // namespace flu::serve
