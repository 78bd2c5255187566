#pragma once

#include <optional>

#include "libcommon/codec/audio_framer.h"

namespace flu::codec {

// An ADTS header (ISO 14496-3 1.A.2.2).
struct AdtsHeader {
  std::uint32_t object_type = 0;
  std::uint32_t frequency_index = 0;
  std::uint32_t channel_configuration = 0;
  std::size_t frame_size = 0;   // with the header
  std::size_t header_size = 0;  // 9 with a checksum
  std::uint32_t blocks = 0;     // raw data blocks in the frame
};

// nullopt where the first seven bytes are none.
std::optional<AdtsHeader> parse_adts_header(Bytes bytes);

// AAC in ADTS. The AudioSpecificConfig is that of the core coder: SBR stays signalled implicitly.
class AdtsParser final : public AudioParser {
 public:
  [[nodiscard]] Frame find(Bytes bytes, bool is_end) const override;
  bool unpack(Bytes frame, std::vector<AudioPayload>& out) override;
  [[nodiscard]] const media::Track& track() const override { return track_; }

 private:
  bool describe(const AdtsHeader& header, Bytes block);

  media::Track track_;
  std::uint32_t described_ = 0;  // the header's fields that track_ was made of
};

}  // namespace flu::codec
