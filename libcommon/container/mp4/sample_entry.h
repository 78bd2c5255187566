#pragma once

#include "libcommon/base/byte_writer.h"
#include "libcommon/base/result.h"
#include "libcommon/container/mp4/boxes.h"
#include "libcommon/media/track.h"

namespace flu::container {

// The one sample entry of a track's stsd (docs/format.md, "sample entries").
void write_sample_entry(const media::Track& track, ByteWriter& out);

struct ParsedEntry {
  bool is_supported = false;
  bool may_be_mp2 = false;
};

// Fills codec, kind, config and what the entry says of the format into `track`. An entry that we
// do not know is not an error.
Result<ParsedEntry> parse_sample_entry(const Box& entry, media::Track& track);

}  // namespace flu::container
