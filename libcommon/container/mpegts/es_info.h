#pragma once

#include <cstdint>
#include <optional>
#include <string>

#include "libcommon/base/bytes.h"
#include "libcommon/codec/framer.h"
#include "libcommon/container/mpegts/psi.h"
#include "libcommon/media/track.h"

namespace flu::container::mpegts {

// What a PMT says of one elementary stream.
struct EsInfo {
  std::uint16_t pid = 0;
  bool is_scte35 = false;
  media::CodecId codec = media::CodecId::kH264;  // of MPEG audio: the frames tell the layer
  codec::AacTransport aac = codec::AacTransport::kAdts;
  Buffer config;  // for codec::make_framer
  std::string language = "und";
  std::uint8_t audio_type = 0;
  bool is_hearing_impaired = false;

  bool operator==(const EsInfo&) const = default;

  // Whether the same framer can go on.
  [[nodiscard]] bool is_same_coding(const EsInfo& other) const {
    return is_scte35 == other.is_scte35 && codec == other.codec && aac == other.aac &&
           config == other.config;
  }
};

// nullopt: nothing that flu carries. `program_descriptors` tell Blu-ray's private stream types from
// those of ATSC and SCTE.
std::optional<EsInfo> describe_stream(const PmtStream& stream, Bytes program_descriptors);

// ISO 639-2/T from what a descriptor carries: bibliographic codes are translated ("fre" to "fra"),
// anything that is not three letters is "und".
std::string language_of(Bytes three_bytes);

}  // namespace flu::container::mpegts
