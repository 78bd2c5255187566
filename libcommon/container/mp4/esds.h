#pragma once

#include <cstdint>

#include "libcommon/base/byte_writer.h"
#include "libcommon/base/bytes.h"
#include "libcommon/base/result.h"

namespace flu::container {

// objectTypeIndication and streamType of ISO 14496-1 7.2.6.6.
inline constexpr std::uint8_t kObjectAac = 0x40;
inline constexpr std::uint8_t kObjectMpeg2VideoMain = 0x61;
inline constexpr std::uint8_t kObjectMpeg2Audio = 0x69;
inline constexpr std::uint8_t kObjectMpeg1Audio = 0x6B;
inline constexpr std::uint8_t kStreamVisual = 4;
inline constexpr std::uint8_t kStreamAudio = 5;

constexpr bool is_mpeg2_video(std::uint8_t object_type) {
  return object_type >= 0x60 && object_type <= 0x65;
}
constexpr bool is_aac(std::uint8_t object_type) {
  return object_type == kObjectAac || (object_type >= 0x66 && object_type <= 0x68);
}

// What an esds box says (ISO 14496-14 6.7.2, ISO 14496-1 7.2.6).
struct EsDescriptor {
  std::uint8_t object_type = 0;
  std::uint8_t stream_type = 0;
  Bytes specific;  // DecoderSpecificInfo, borrowed
};

void write_esds(const EsDescriptor& descriptor, ByteWriter& out);
Result<EsDescriptor> parse_esds(Bytes payload);

}  // namespace flu::container
