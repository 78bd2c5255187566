#pragma once

#include "libcommon/base/bytes.h"
#include "libcommon/base/result.h"
#include "libcommon/container/mp4/flu_stream.h"
#include "libcommon/media/track.h"

namespace flu::container {

// ftyp and moov of the tracks alone, as stored, served and named by SHA-256. Equal tracks give
// equal bytes.
Buffer write_init(const media::Tracks& tracks, TimeBase times = TimeBase::kUtc);

// The same for players: without the boxes and the brand that are ours.
Buffer write_player_init(const media::Tracks& tracks);

// The tracks of a moov box's payload. A track with an unknown sample entry or none is left out;
// kMalformed when the boxes break their bounds.
Result<media::Tracks> parse_moov(Bytes payload);

// parse_moov of the first moov in a whole init file.
Result<media::Tracks> parse_init(Bytes init);

}  // namespace flu::container
