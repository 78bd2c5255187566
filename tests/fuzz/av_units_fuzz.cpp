// Packets as a container could give them: hostile times, configurations and bytes. The first byte
// chooses the codec; then, again and again, a byte of flags, two times and a packet.
#include <cstdint>
#include <map>
#include <variant>

#include "libcommon/av/unit_maker.h"
#include "libcommon/base/byte_reader.h"
#include "libcommon/base/check.h"

namespace {

using flu::av::Packet;
using flu::av::StreamInfo;

flu::Buffer take(flu::ByteReader& reader) {
  const auto size = reader.u8();
  if (!size) return {};
  const auto bytes = reader.bytes(std::min<std::size_t>(*size, reader.remaining()));
  return bytes ? flu::Buffer(bytes->begin(), bytes->end()) : flu::Buffer{};
}

// Decoding times rise but for a break, and presentation is never before.
void check(flu::av::UnitMaker& maker) {
  while (auto unit = maker.next()) {
    const auto* sample = std::get_if<flu::media::Sample>(&*unit);
    if (sample != nullptr) FLU_CHECK(sample->cts.count() >= 0 || sample->track_id != 1);
  }
}

}  // namespace

extern "C" int LLVMFuzzerTestOneInput(const std::uint8_t* data, std::size_t size) {
  flu::ByteReader reader({data, size});
  const auto codec = reader.u8();
  if (!codec) return 0;
  flu::av::UnitMaker maker(
      {.is_live = (*codec & 0x80) != 0, .may_get_streams = (*codec & 0x40) != 0});
  StreamInfo info;
  info.codec = static_cast<flu::media::CodecId>(*codec % 12);
  info.config = take(reader);
  info.scale = {1, (*codec & 0x20) != 0 ? 1000 : 90'000, (*codec & 0x10) != 0 ? 33U : 64U};
  maker.know(info);
  while (reader.remaining() >= 9) {
    const auto flags = *reader.u8();
    Packet packet;
    const auto pts = static_cast<std::int32_t>(*reader.u32());
    const auto dts = static_cast<std::int32_t>(*reader.u32());
    if ((flags & 1) != 0) packet.pts = std::int64_t{pts} << (flags >> 6 << 4);
    if ((flags & 2) != 0) packet.dts = std::int64_t{dts} << (flags >> 6 << 4);
    packet.is_key = (flags & 4) != 0;
    packet.is_discarded = (flags & 8) != 0;
    const flu::Buffer bytes = take(reader);
    packet.data = bytes;
    if ((flags & 16) != 0) packet.new_config = take(reader);
    maker.feed(packet);
    check(maker);
  }
  maker.finish();
  check(maker);
  return 0;
}
