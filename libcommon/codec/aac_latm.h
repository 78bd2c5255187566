#pragma once

#include <optional>

#include "libcommon/base/bit_reader.h"
#include "libcommon/codec/audio_framer.h"

namespace flu::codec {

// AAC in LATM with the LOAS AudioSyncStream (ISO 14496-3 1.7.2, 1.7.3): one program, one layer. The
// track's config is the stream's own AudioSpecificConfig, bit for bit.
class LatmParser final : public AudioParser {
 public:
  [[nodiscard]] Frame find(Bytes bytes, bool is_end) const override;
  bool unpack(Bytes frame, std::vector<AudioPayload>& out) override;
  [[nodiscard]] const media::Track& track() const override { return track_; }

 private:
  Result<void> parse_mux_config(BitReader& bits, Bytes element);
  Result<void> parse_audio_config(BitReader& bits, Bytes element, bool has_length);
  Result<void> parse_payloads(BitReader& bits, std::vector<AudioPayload>& out);

  bool is_configured_ = false;
  bool is_version_1_ = false;
  std::uint32_t sub_frames_ = 1;
  media::Track track_;
};

}  // namespace flu::codec
