#include "libcommon/av/opus_head.h"

#include "libcommon/base/byte_reader.h"
#include "libcommon/base/byte_writer.h"

namespace flu::av {
namespace {

constexpr std::uint32_t kRate = 48'000;

std::uint16_t swap16(std::uint16_t value) {
  return static_cast<std::uint16_t>(value << 8 | value >> 8);
}
std::uint32_t swap32(std::uint32_t value) {
  return std::uint32_t{swap16(static_cast<std::uint16_t>(value))} << 16 |
         swap16(static_cast<std::uint16_t>(value >> 16));
}

Result<Buffer> convert(Bytes head) {
  ByteReader reader(head);
  FLU_TRY_ASSIGN(const Bytes magic, reader.bytes(8));
  FLU_TRY_ASSIGN(const std::uint8_t version, reader.u8());
  if (as_text(magic) != "OpusHead" || version > 15) {
    return fail(ErrorCode::kMalformed, "no OpusHead");
  }
  FLU_TRY_ASSIGN(const std::uint8_t channels, reader.u8());
  FLU_TRY_ASSIGN(const std::uint16_t skip, reader.u16());  // these three are little-endian
  FLU_TRY_ASSIGN(const std::uint32_t rate, reader.u32());
  FLU_TRY_ASSIGN(const std::uint16_t gain, reader.u16());
  FLU_TRY_ASSIGN(const std::uint8_t family, reader.u8());
  if (channels == 0 || (family == 0 && channels > 2)) {
    return fail(ErrorCode::kMalformed, "OpusHead: channels");
  }
  Buffer bytes;
  ByteWriter out(bytes);
  out.u8(0);
  out.u8(channels);
  out.u16(swap16(skip));
  out.u32(swap32(rate));
  out.u16(swap16(gain));
  out.u8(family);
  if (family != 0) {
    FLU_TRY_ASSIGN(const Bytes table, reader.bytes(std::size_t{2} + channels));
    out.bytes(table);
  }
  return bytes;
}

}  // namespace

std::optional<Buffer> opus_config(Bytes head, std::uint32_t channels) {
  if (!head.empty()) {
    auto config = convert(head);
    if (!config) return std::nullopt;
    return std::move(*config);
  }
  if (channels > 2) return std::nullopt;  // family 0 has two at most
  Buffer bytes;
  ByteWriter out(bytes);
  out.u8(0);
  out.u8(channels == 1 ? 1 : 2);
  out.u16(0);
  out.u32(kRate);
  out.u16(0);
  out.u8(0);
  return bytes;
}

}  // namespace flu::av
