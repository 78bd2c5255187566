#include "libcommon/codec/nal_config.h"

#include <fmt/format.h>

#include "libcommon/base/byte_reader.h"

namespace flu::codec {
namespace {

constexpr std::size_t kSmallestAvc = 7;
constexpr std::size_t kSmallestHevc = 23;

Result<void> take_units(ByteReader& reader, unsigned count, std::vector<Bytes>& out) {
  for (unsigned i = 0; i < count; ++i) {
    FLU_TRY_ASSIGN(const std::uint16_t size, reader.u16());
    FLU_TRY_ASSIGN(const Bytes unit, reader.bytes(size));
    if (!unit.empty()) out.push_back(unit);
  }
  return {};
}

}  // namespace

Result<std::size_t> nal_length_size(media::CodecId codec, Bytes config) {
  const bool is_h264 = codec == media::CodecId::kH264;
  const std::size_t smallest = is_h264 ? kSmallestAvc : kSmallestHevc;
  const char* const name = is_h264 ? "avcC" : "hvcC";
  if (config.size() < smallest) {
    return fail(ErrorCode::kMalformed,
                fmt::format("{}: {} bytes, expected at least {}", name, config.size(), smallest));
  }
  const std::size_t size = (config[is_h264 ? 4 : 21] & 3U) + 1;
  if (size == 3) {
    return fail(ErrorCode::kMalformed,
                fmt::format("{}: NAL unit lengths of 3 bytes, expected 1, 2 or 4", name));
  }
  return size;
}

Result<std::vector<Bytes>> config_units(media::CodecId codec, Bytes config) {
  std::vector<Bytes> units;
  ByteReader reader(config);
  if (codec == media::CodecId::kH264) {
    FLU_TRY(reader.skip(5));
    FLU_TRY_ASSIGN(const std::uint8_t sps_count, reader.u8());
    FLU_TRY(take_units(reader, sps_count & 0x1FU, units));
    FLU_TRY_ASSIGN(const std::uint8_t pps_count, reader.u8());
    FLU_TRY(take_units(reader, pps_count, units));
    return units;
  }
  FLU_TRY(reader.skip(22));
  FLU_TRY_ASSIGN(const std::uint8_t arrays, reader.u8());
  for (unsigned array = 0; array < arrays; ++array) {
    FLU_TRY(reader.skip(1));
    FLU_TRY_ASSIGN(const std::uint16_t count, reader.u16());
    FLU_TRY(take_units(reader, count, units));
  }
  return units;
}

}  // namespace flu::codec
