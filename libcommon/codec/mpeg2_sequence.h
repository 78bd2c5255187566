#pragma once

#include <cstdint>
#include <optional>

#include "libcommon/base/bytes.h"
#include "libcommon/media/track.h"

namespace flu::codec {

// A sequence header and, for MPEG-2, its extension (ISO 13818-2 6.2.2.1, 6.2.2.3), each from its
// start code value on.
struct Mpeg2Sequence {
  media::VideoFormat video;
  std::uint8_t profile_and_level = 0;  // 0: MPEG-1

  bool operator==(const Mpeg2Sequence&) const = default;
};

// `extension` is empty for MPEG-1. nullopt where the header is malformed.
std::optional<Mpeg2Sequence> parse_mpeg2_sequence(Bytes header, Bytes extension);

// The header without what stands behind it: 9 bytes and 64 for each matrix; nullopt where shorter.
std::optional<Bytes> mpeg2_sequence_header(Bytes unit);
std::optional<Bytes> mpeg2_sequence_extension(Bytes unit);

media::Track make_mpeg2_track(const Mpeg2Sequence& sequence, Bytes header, Bytes extension);

}  // namespace flu::codec
