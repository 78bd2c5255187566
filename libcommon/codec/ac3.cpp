#include "libcommon/codec/ac3.h"

#include <algorithm>
#include <array>
#include <bit>
#include <utility>

#include "libcommon/base/bit_reader.h"
#include "libcommon/codec/bit_writer.h"
#include "libcommon/codec/format_values.h"
#include "libcommon/codec/limits.h"

namespace flu::codec {
namespace {

constexpr std::array<std::uint32_t, 3> kRates{48'000, 44'100, 32'000};
constexpr std::array<std::uint32_t, 8> kChannels{2, 1, 2, 3, 3, 4, 4, 5};  // by acmod
constexpr std::array<std::uint16_t, 19> kBitrates{32,  40,  48,  56,  64,  80,  96,  112, 128, 160,
                                                  192, 224, 256, 320, 384, 448, 512, 576, 640};
constexpr std::uint32_t kSampleBlocks = 6;
constexpr std::uint32_t kSampleLength = kSampleBlocks * 256;

Result<Ac3Header> parse_basic(BitReader& bits) {
  Ac3Header header;
  FLU_TRY(bits.skip(16));  // crc1
  FLU_TRY_ASSIGN(header.fscod, bits.bits(2));
  FLU_TRY_ASSIGN(const std::uint32_t size_code, bits.bits(6));
  FLU_TRY_ASSIGN(header.bsid, bits.bits(5));
  FLU_TRY_ASSIGN(header.bsmod, bits.bits(3));
  FLU_TRY_ASSIGN(header.acmod, bits.bits(3));
  if (header.fscod == 3 || size_code > 37) return fail(ErrorCode::kMalformed, "AC-3 header");
  if ((header.acmod & 1) != 0 && header.acmod != 1) FLU_TRY(bits.skip(2));
  if ((header.acmod & 4) != 0) FLU_TRY(bits.skip(2));
  if (header.acmod == 2) FLU_TRY(bits.skip(2));
  FLU_TRY_ASSIGN(header.has_lfe, bits.flag());
  header.bit_rate_code = size_code >> 1;
  // Table 4.13: 1536 samples in words of 16 bits; at 44.1 kHz the odd codes have one word more.
  const std::uint32_t rate = kRates[header.fscod];
  std::size_t words = std::size_t{kBitrates[header.bit_rate_code]} * 96'000 / rate;
  if (header.fscod == 1) words += size_code & 1U;
  header.frame_size = words * 2;
  header.sample_rate = header.bsid > 8 ? rate >> (header.bsid - 8) : rate;
  return header;
}

Result<Ac3Header> parse_enhanced(BitReader& bits) {
  Ac3Header header;
  header.is_enhanced = true;
  FLU_TRY_ASSIGN(const std::uint32_t type, bits.bits(2));
  if (type == 3) return fail(ErrorCode::kMalformed, "E-AC-3 strmtyp 3 is reserved");
  header.is_dependent = type == 1;
  FLU_TRY_ASSIGN(header.substream, bits.bits(3));
  FLU_TRY_ASSIGN(const std::uint32_t words_minus1, bits.bits(11));
  header.frame_size = (std::size_t{words_minus1} + 1) * 2;
  FLU_TRY_ASSIGN(header.fscod, bits.bits(2));
  FLU_TRY_ASSIGN(const std::uint32_t code, bits.bits(2));
  if (header.fscod == 3) {
    if (code == 3) return fail(ErrorCode::kMalformed, "E-AC-3 fscod2 3 is reserved");
    header.sample_rate = kRates[code] / 2;
  } else {
    constexpr std::array<std::uint32_t, 4> kBlocks{1, 2, 3, 6};
    header.sample_rate = kRates[header.fscod];
    header.blocks = kBlocks[code];
  }
  FLU_TRY_ASSIGN(header.acmod, bits.bits(3));
  FLU_TRY_ASSIGN(header.has_lfe, bits.flag());
  FLU_TRY_ASSIGN(header.bsid, bits.bits(5));
  for (unsigned program = 0; program < (header.acmod == 0 ? 2U : 1U); ++program) {
    FLU_TRY(bits.skip(5));  // dialnorm
    FLU_TRY_ASSIGN(const bool has_compression, bits.flag());
    if (has_compression) FLU_TRY(bits.skip(8));
  }
  if (header.is_dependent) {
    FLU_TRY_ASSIGN(const bool has_map, bits.flag());
    if (has_map) {
      FLU_TRY_ASSIGN(header.channel_map, bits.bits(16));
    }
  }
  return header;
}

// The 9 bits of chan_loc (F.6) stand in another order in chanmap (E.1.3.1.8): its bits 5 to 12 from
// the left, and 14 for the second LFE.
std::uint32_t channel_locations(std::uint32_t map) {
  std::uint32_t locations = 0;
  for (unsigned i = 0; i < 8; ++i) locations |= ((map >> (15 - 5 - i)) & 1U) << i;
  return locations | ((map >> 1) & 1U) << 8;
}

std::uint32_t count_channels(std::uint32_t locations) {
  constexpr std::uint32_t kPairs = 0x73;  // Lc/Rc, Lrs/Rrs, Lsd/Rsd, Lw/Rw, Lvh/Rvh
  return static_cast<std::uint32_t>(std::popcount(locations) + std::popcount(locations & kPairs));
}

// One independent substream as dec3 describes it.
struct Substream {
  Ac3Header header;
  std::uint32_t dependent = 0;
  std::uint32_t locations = 0;
};

Buffer make_dac3(const Ac3Header& header) {
  Buffer out;
  BitWriter bits(out);
  bits.bits(header.fscod, 2);
  bits.bits(header.bsid, 5);
  bits.bits(header.bsmod, 3);
  bits.bits(header.acmod, 3);
  bits.bits(header.has_lfe ? 1 : 0, 1);
  bits.bits(header.bit_rate_code, 5);
  bits.bits(0, 5);
  return out;
}

Buffer make_dec3(const std::vector<Substream>& substreams, std::uint32_t kbits_a_second) {
  Buffer out;
  BitWriter bits(out);
  bits.bits(std::min(kbits_a_second, 0x1FFFU), 13);
  bits.bits(static_cast<std::uint32_t>(substreams.size() - 1), 3);
  for (const Substream& substream : substreams) {
    bits.bits(substream.header.fscod, 2);
    bits.bits(substream.header.bsid, 5);
    bits.bits(0, 2);  // reserved, asvc
    bits.bits(substream.header.bsmod, 3);
    bits.bits(substream.header.acmod, 3);
    bits.bits(substream.header.has_lfe ? 1 : 0, 1);
    bits.bits(0, 3);
    bits.bits(substream.dependent, 4);
    if (substream.dependent > 0) {
      bits.bits(substream.locations, 9);
    } else {
      bits.bits(0, 1);
    }
  }
  return out;
}

std::vector<Substream> list_substreams(Bytes frame) {
  std::vector<Substream> out;
  while (const auto header = parse_ac3_header(frame)) {
    if (header->frame_size > frame.size()) break;
    frame = frame.subspan(header->frame_size);
    if (!header->is_dependent) {
      const bool is_known = std::any_of(out.begin(), out.end(), [&](const Substream& known) {
        return known.header.substream == header->substream;
      });
      if (!is_known && out.size() < 8) out.push_back({*header});
    } else if (!out.empty()) {
      Substream& base = out.back();
      base.dependent = std::max(base.dependent, header->substream + 1);
      base.locations |= channel_locations(header->channel_map);
    }
  }
  return out;
}

}  // namespace

std::uint32_t Ac3Header::channels() const {
  return kChannels[acmod] + (has_lfe ? 1 : 0);
}

std::optional<Ac3Header> parse_ac3_header(Bytes bytes) {
  if (bytes.size() < 6 || bytes[0] != 0x0B || bytes[1] != 0x77) return std::nullopt;
  BitReader bits(bytes.subspan(2, std::min(bytes.size(), kAc3Head) - 2));
  const unsigned bsid = bytes[5] >> 3;
  if (bsid > 16) return std::nullopt;
  const auto header = bsid > 10 ? parse_enhanced(bits) : parse_basic(bits);
  if (!header || header->frame_size < kAc3Head) return std::nullopt;
  return *header;
}

AudioParser::Frame Ac3Parser::find(Bytes bytes, bool is_end) const {
  if (bytes[0] != 0x0B || (bytes.size() > 1 && bytes[1] != 0x77)) return {};
  if (bytes.size() < kAc3Head) return {is_end ? Found::kNone : Found::kMore};
  const auto header = parse_ac3_header(bytes);
  if (!header || header->is_dependent || header->substream != 0) return {};
  if (header->is_enhanced) return find_enhanced(bytes, *header, is_end);
  const std::uint32_t identity =
      1U << 24 | header->sample_rate << 4 | header->acmod << 1 | (header->has_lfe ? 1 : 0);
  return {Found::kFrame, header->frame_size, identity};
}

AudioParser::Frame Ac3Parser::find_enhanced(Bytes bytes, const Ac3Header& first,
                                            bool is_end) const {
  const std::uint32_t identity =
      2U << 24 | first.sample_rate << 4 | first.acmod << 1 | (first.has_lfe ? 1 : 0);
  std::uint32_t blocks = first.blocks;
  std::size_t at = first.frame_size;
  for (std::size_t frames = 1; frames <= kMaxEac3Frames && at <= kMaxAudioBacklog; ++frames) {
    if (bytes.size() < at + kAc3Head && !is_end) return {Found::kMore};
    const auto next = parse_ac3_header(bytes.subspan(std::min(at, bytes.size())));
    const bool is_next_sample =
        !next || !next->is_enhanced ||
        (!next->is_dependent && next->substream == 0 && blocks >= kSampleBlocks);
    if (is_next_sample) return {Found::kFrame, at, identity};
    if (!next->is_dependent && next->substream == 0) blocks += next->blocks;
    at += next->frame_size;
  }
  return {};
}

bool Ac3Parser::unpack(Bytes frame, std::vector<AudioPayload>& out) {
  const std::vector<Substream> substreams = list_substreams(frame);
  if (substreams.empty()) return false;
  const Ac3Header& first = substreams[0].header;
  media::Track track;
  track.kind = media::TrackKind::kAudio;
  track.audio = {first.sample_rate, first.channels() + count_channels(substreams[0].locations),
                 kSampleLength};
  track.nominal_duration = audio_duration(track.audio.samples_per_frame, first.sample_rate);
  if (first.is_enhanced) {
    track.codec = media::CodecId::kEac3;
    const std::uint64_t bits = std::uint64_t{frame.size()} * 8 * first.sample_rate;
    const auto rate = static_cast<std::uint32_t>(bits / kSampleLength / 1000);
    track.config = make_dec3(substreams, rate);
    // The data rate is nominal: the first one told holds as long as nothing else changes.
    if (track_.config.size() == track.config.size() && track_.audio == track.audio) {
      track.config[0] = track_.config[0];
      track.config[1] =
          static_cast<std::uint8_t>((track_.config[1] & 0xF8) | (track.config[1] & 0x07));
    }
  } else {
    track.codec = media::CodecId::kAc3;
    track.config = make_dac3(first);
  }
  track_ = std::move(track);
  out.push_back({Buffer(frame.begin(), frame.end()), track_.audio.samples_per_frame});
  return true;
}

}  // namespace flu::codec
