#pragma once

#include <optional>

#include "libcommon/codec/audio_framer.h"

namespace flu::codec {

// The control header in front of an Opus packet in MPEG-TS (ETSI TS 103 491; opus_control_header).
struct OpusControlHeader {
  std::size_t header_size = 0;
  std::size_t packet_size = 0;
};

// What of a control header can be said of the first bytes.
enum class OpusControl { kWhole, kShort, kNone };
OpusControl parse_opus_control(Bytes bytes, OpusControlHeader& header);

// Samples at 48 kHz of an Opus packet (RFC 6716 3.1); nullopt where it is malformed.
std::optional<std::uint32_t> opus_packet_samples(Bytes packet);

class OpusParser final : public AudioParser {
 public:
  // `config`: the extension descriptor's body (0x80, channel_config_code), or empty.
  explicit OpusParser(Bytes config);

  [[nodiscard]] Frame find(Bytes bytes, bool is_end) const override;
  bool unpack(Bytes frame, std::vector<AudioPayload>& out) override;
  [[nodiscard]] const media::Track& track() const override { return track_; }

 private:
  std::optional<std::uint8_t> channel_code_;
  media::Track track_;
};

}  // namespace flu::codec
