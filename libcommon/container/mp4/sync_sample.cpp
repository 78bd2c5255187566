#include "libcommon/container/mp4/sync_sample.h"

#include "libcommon/base/byte_reader.h"
#include "libcommon/codec/nal_config.h"

namespace flu::container {
namespace {

using media::CodecId;
using media::Sap;

// From the type of the first coded slice; kClosed where there is none to contradict the file.
Sap sap_of_slices(CodecId codec, std::size_t length_size, Bytes sample) {
  ByteReader reader(sample);
  while (!reader.empty()) {
    const auto field = reader.bytes(length_size);
    if (!field) break;
    std::size_t length = 0;
    for (const std::uint8_t byte : *field) length = length << 8 | byte;
    auto unit = reader.sub_reader(length);
    if (!unit) break;
    const auto head = unit->u8();
    if (!head) continue;
    if (codec == CodecId::kH264) {  // H.264 table 7-1
      const unsigned type = *head & 0x1FU;
      if (type == 5) return Sap::kClosed;
      if (type >= 1 && type <= 4) return Sap::kOpen;
    } else {  // HEVC table 7-1: 16 to 20 BLA and IDR, 21 CRA
      const unsigned type = (*head >> 1) & 0x3FU;
      if (type >= 16 && type <= 20) return Sap::kClosed;
      if (type < 32) return Sap::kOpen;
    }
  }
  return Sap::kClosed;
}

}  // namespace

void check_sync_samples(const media::Track& track, Fragment& fragment) {
  if (track.codec != CodecId::kH264 && track.codec != CodecId::kHevc) return;
  const auto length_size = codec::nal_length_size(track.codec, track.config);
  if (!length_size) return;
  for (SampleEntry& sample : fragment.samples) {
    if (sample.sap == Sap::kNone) continue;
    sample.sap = sap_of_slices(track.codec, *length_size,
                               fragment.payload.subspan(sample.offset, sample.size));
  }
}

}  // namespace flu::container
