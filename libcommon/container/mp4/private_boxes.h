#pragma once

#include <cstdint>
#include <optional>

#include "libcommon/base/byte_writer.h"
#include "libcommon/base/bytes.h"
#include "libcommon/base/result.h"
#include "libcommon/container/mp4/flu_stream.h"
#include "libcommon/media/track.h"

namespace flu::container {

// Our own uuid boxes (docs/format.md, "uuid boxes"). After the uuid stand version u8 and flags u24.
// The parsers take the payload of a uuid box and give nullopt for another uuid or an unknown
// version; bytes behind the known fields are ignored.
inline constexpr Uuid kHeadUuid{0xD9, 0xBC, 0x60, 0x34, 0xDF, 0xBD, 0x44, 0x60,
                                0x95, 0x96, 0x5F, 0x0F, 0xFB, 0x53, 0x58, 0x99};
inline constexpr Uuid kFragUuid{0xF6, 0x89, 0xFE, 0x2F, 0xD0, 0x19, 0x4B, 0xD4,
                                0xBF, 0x47, 0x28, 0x4F, 0xBE, 0x8F, 0x2A, 0x78};
inline constexpr Uuid kDescUuid{0x8A, 0x35, 0x95, 0x02, 0xE4, 0x5F, 0x4A, 0x80,
                                0xA9, 0x87, 0x23, 0x3A, 0x42, 0x0E, 0x8E, 0x2D};
inline constexpr Uuid kConfUuid{0xE0, 0x7B, 0xB9, 0xBE, 0xCE, 0x88, 0x4B, 0x6E,
                                0x97, 0x91, 0x04, 0x87, 0x6B, 0x7B, 0x21, 0xB2};

// FLU-HEAD, 56 bytes.
void write_stream_head(const StreamHead& head, ByteWriter& out);
Result<std::optional<StreamHead>> parse_stream_head(Bytes payload);

// FLU-FRAG, 56 bytes.
void write_fragment_info(const FragmentInfo& info, ByteWriter& out);
Result<std::optional<FragmentInfo>> parse_fragment_info(Bytes payload);

// FLU-DESC in a trak's udta: what ISO boxes have no place for.
void write_track_description(const media::Track& track, ByteWriter& out);
// Fills `track`; false when this is another box.
Result<bool> parse_track_description(Bytes payload, media::Track& track);

// FLU-CONF in the sample entries dvbs and dvbt: the body of the PMT's descriptor.
void write_descriptor_config(Bytes descriptor, ByteWriter& out);
std::optional<Bytes> parse_descriptor_config(Bytes payload);

}  // namespace flu::container
