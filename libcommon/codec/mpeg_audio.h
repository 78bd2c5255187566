#pragma once

#include <optional>

#include "libcommon/codec/audio_framer.h"

namespace flu::codec {

// A frame header of ISO 11172-3 and 13818-3, layers I to III, with the "2.5" rates.
struct MpegAudioHeader {
  unsigned version = 1;  // 1, 2; 25 for 2.5
  unsigned layer = 3;
  std::uint32_t sample_rate = 0;
  std::uint32_t channels = 0;
  std::uint32_t samples = 0;
  std::size_t frame_size = 0;
};

// nullopt where the first four bytes are none, or of the free format, whose size it does not tell.
std::optional<MpegAudioHeader> parse_mpeg_audio_header(Bytes bytes);

// Layers I and II are CodecId::kMp2, layer III is kMp3.
class MpegAudioParser final : public AudioParser {
 public:
  [[nodiscard]] Frame find(Bytes bytes, bool is_end) const override;
  bool unpack(Bytes frame, std::vector<AudioPayload>& out) override;
  [[nodiscard]] const media::Track& track() const override { return track_; }

 private:
  media::Track track_;
};

}  // namespace flu::codec
