#pragma once

#include <cstdint>

#include "libcommon/base/bit_reader.h"
#include "libcommon/base/bytes.h"
#include "libcommon/base/result.h"
#include "libcommon/codec/bit_writer.h"
#include "libcommon/media/track.h"

namespace flu::codec {

// What an AudioSpecificConfig (ISO 14496-3 1.6.2.1) says.
struct AacConfig {
  std::uint32_t object_type = 0;  // as signalled: 2 LC, 5 SBR, 29 PS
  std::uint32_t core_type = 0;    // of the core coder under SBR and PS, else object_type
  std::uint32_t frequency_index = 15;
  std::uint32_t sample_rate = 0;  // of the output
  std::uint32_t channel_configuration = 0;
  std::uint32_t channels = 0;
  std::uint32_t samples_per_frame = 0;  // at sample_rate
};

// Reads one AudioSpecificConfig and leaves `bits` behind it. Object types of GASpecificConfig only:
// the others are kUnsupported.
Result<AacConfig> parse_aac_config(BitReader& bits);

// Copies a program_config_element (ISO 14496-3 4.4.1.1) without its id; returns its channels.
// `out` is aligned as the element demands there.
Result<std::uint32_t> copy_program_config(BitReader& in, BitWriter& out);

// 0 where the index is reserved or the escape.
std::uint32_t aac_sample_rate(std::uint32_t index);

media::Track make_aac_track(const AacConfig& config, Buffer bytes);

}  // namespace flu::codec
