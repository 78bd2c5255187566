#pragma once

#include <optional>

#include "libcommon/codec/audio_framer.h"

namespace flu::codec {

// The beginning of an AC-3 or E-AC-3 sync frame (ETSI TS 102 366 4.3, E.1.2).
struct Ac3Header {
  bool is_enhanced = false;
  unsigned bsid = 0;
  unsigned fscod = 0;
  unsigned bsmod = 0;
  unsigned acmod = 0;
  bool has_lfe = false;
  unsigned bit_rate_code = 0;     // AC-3
  bool is_dependent = false;      // E-AC-3: extends the independent substream in front of it
  unsigned substream = 0;         // E-AC-3
  std::uint32_t blocks = 6;       // of 256 samples
  std::uint32_t channel_map = 0;  // E-AC-3, dependent
  std::uint32_t sample_rate = 0;
  std::size_t frame_size = 0;

  [[nodiscard]] std::uint32_t channels() const;
};

inline constexpr std::size_t kAc3Head = 16;  // bytes that hold all of it

std::optional<Ac3Header> parse_ac3_header(Bytes bytes);

// AC-3 and E-AC-3. A sample of the latter is six blocks of all substreams (ETSI TS 102 366 F.2):
// where it ends is known when the next one's header is there.
class Ac3Parser final : public AudioParser {
 public:
  [[nodiscard]] Frame find(Bytes bytes, bool is_end) const override;
  bool unpack(Bytes frame, std::vector<AudioPayload>& out) override;
  [[nodiscard]] const media::Track& track() const override { return track_; }

 private:
  [[nodiscard]] Frame find_enhanced(Bytes bytes, const Ac3Header& first, bool is_end) const;

  media::Track track_;
};

}  // namespace flu::codec
