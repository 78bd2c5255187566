#include "libcommon/codec/mpeg2_sequence.h"

#include <array>
#include <numeric>
#include <utility>

#include "libcommon/base/bit_reader.h"
#include "libcommon/base/byte_writer.h"
#include "libcommon/codec/format_values.h"

namespace flu::codec {
namespace {

constexpr std::size_t kMatrix = 64;
constexpr std::size_t kHeader = 9;
constexpr std::size_t kExtension = 7;

using Ratio = std::pair<std::uint32_t, std::uint32_t>;

// Table 6-4.
constexpr std::array<Ratio, 9> kFrameRates{{{0, 1},
                                            {24'000, 1001},
                                            {24, 1},
                                            {25, 1},
                                            {30'000, 1001},
                                            {30, 1},
                                            {50, 1},
                                            {60'000, 1001},
                                            {60, 1}}};

// Table 6-3: 2 and above are the shape of the whole picture.
constexpr std::array<Ratio, 5> kDisplayRatios{{{0, 0}, {0, 0}, {4, 3}, {16, 9}, {221, 100}}};

struct Fields {
  std::uint32_t width = 0;
  std::uint32_t height = 0;
  std::uint32_t aspect = 0;
  std::uint32_t rate = 0;
};

Result<Fields> parse_header(Bytes header) {
  BitReader bits(header);
  Fields fields;
  FLU_TRY(bits.skip(8));
  FLU_TRY_ASSIGN(fields.width, bits.bits(12));
  FLU_TRY_ASSIGN(fields.height, bits.bits(12));
  FLU_TRY_ASSIGN(fields.aspect, bits.bits(4));
  FLU_TRY_ASSIGN(fields.rate, bits.bits(4));
  return fields;
}

struct Extension {
  std::uint32_t profile_and_level = 0;
  bool is_progressive = true;
  std::uint32_t width = 0;
  std::uint32_t height = 0;
  std::uint32_t rate_num = 0;
  std::uint32_t rate_den = 0;
};

Result<Extension> parse_extension(Bytes bytes) {
  BitReader bits(bytes);
  Extension fields;
  FLU_TRY(bits.skip(12));
  FLU_TRY_ASSIGN(fields.profile_and_level, bits.bits(8));
  FLU_TRY_ASSIGN(fields.is_progressive, bits.flag());
  FLU_TRY(bits.skip(2));
  FLU_TRY_ASSIGN(fields.width, bits.bits(2));
  FLU_TRY_ASSIGN(fields.height, bits.bits(2));
  FLU_TRY(bits.skip(22));  // bit rate, marker, buffer size, low_delay
  FLU_TRY_ASSIGN(fields.rate_num, bits.bits(2));
  FLU_TRY_ASSIGN(fields.rate_den, bits.bits(5));
  return fields;
}

}  // namespace

std::optional<Mpeg2Sequence> parse_mpeg2_sequence(Bytes header, Bytes extension) {
  const auto fields = parse_header(header);
  if (!fields) return std::nullopt;
  Mpeg2Sequence sequence;
  media::VideoFormat& video = sequence.video;
  video.width = fields->width;
  video.height = fields->height;
  Ratio rate = fields->rate < kFrameRates.size() ? kFrameRates[fields->rate] : Ratio{0, 1};
  if (!extension.empty()) {
    const auto more = parse_extension(extension);
    if (!more) return std::nullopt;
    sequence.profile_and_level = static_cast<std::uint8_t>(more->profile_and_level);
    video.width |= more->width << 12;
    video.height |= more->height << 12;
    video.is_interlaced = !more->is_progressive;
    rate = {rate.first * (more->rate_num + 1), rate.second * (more->rate_den + 1)};
  }
  if (video.width == 0 || video.height == 0) return std::nullopt;
  set_frame_rate(rate.first, rate.second, video);
  if (!extension.empty() && fields->aspect >= 2 && fields->aspect < kDisplayRatios.size()) {
    const std::uint64_t across = std::uint64_t{kDisplayRatios[fields->aspect].first} * video.height;
    const std::uint64_t down = std::uint64_t{kDisplayRatios[fields->aspect].second} * video.width;
    const std::uint64_t divisor = std::gcd(across, down);
    video.sar_width = static_cast<std::uint32_t>(across / divisor);
    video.sar_height = static_cast<std::uint32_t>(down / divisor);
  }
  return sequence;
}

std::optional<Bytes> mpeg2_sequence_header(Bytes unit) {
  // load_intra_quantiser_matrix is the 63rd bit, load_non_intra... the next that is no matrix.
  std::size_t size = kHeader;
  if (unit.size() < size) return std::nullopt;
  if ((unit[8] & 2) != 0) size += kMatrix;
  if (unit.size() < size) return std::nullopt;
  if ((unit[size - 1] & 1) != 0) size += kMatrix;
  if (unit.size() < size) return std::nullopt;
  return unit.first(size);
}

std::optional<Bytes> mpeg2_sequence_extension(Bytes unit) {
  if (unit.size() < kExtension || unit[1] >> 4 != 1) return std::nullopt;
  return unit.first(kExtension);
}

media::Track make_mpeg2_track(const Mpeg2Sequence& sequence, Bytes header, Bytes extension) {
  media::Track track;
  track.kind = media::TrackKind::kVideo;
  track.codec = media::CodecId::kMpeg2Video;
  track.video = sequence.video;
  track.nominal_duration = frame_duration(sequence.video);
  ByteWriter out(track.config);
  for (const Bytes unit : {header, extension}) {
    if (unit.empty()) continue;
    out.u24(1);
    out.bytes(unit);
  }
  return track;
}

}  // namespace flu::codec
