// H.264 and HEVC samples as other writers store them: [codec] [size] configuration ([flags] [size]
// sample)*, sizes of two bytes. What comes out is whole units with 4-byte lengths, of a track that
// is known where decoding can begin.
#include <algorithm>

#include "libcommon/base/byte_reader.h"
#include "libcommon/base/check.h"
#include "libcommon/codec/annexb.h"
#include "libcommon/codec/limits.h"
#include "libcommon/codec/unit_rewriter.h"

namespace {

using flu::Bytes;
using flu::media::CodecId;

flu::Result<Bytes> block(flu::ByteReader& reader) {
  FLU_TRY_ASSIGN(const std::uint16_t size, reader.u16());
  return reader.bytes(std::min<std::size_t>(size, reader.remaining()));
}

void check_units(CodecId codec, Bytes sample) {
  flu::ByteReader reader(sample);
  while (!reader.empty()) {
    const auto size = reader.u32();
    FLU_CHECK(size);
    const auto unit = reader.bytes(*size);
    FLU_CHECK(unit && !unit->empty());
    const unsigned head = unit->front();
    const unsigned type = codec == CodecId::kHevc ? head >> 1 & 0x3F : head & 0x1F;
    FLU_CHECK(codec == CodecId::kHevc ? type != 35 && type != 38 : type != 9 && type != 12);
  }
}

}  // namespace

extern "C" int LLVMFuzzerTestOneInput(const std::uint8_t* data, std::size_t size) {
  flu::ByteReader reader(Bytes(data, size));
  flu::media::Track track;
  track.codec = reader.u8().value_or(0) % 2 == 0 ? CodecId::kH264 : CodecId::kHevc;
  const auto config = block(reader);
  if (!config) return 0;
  track.config.assign(config->begin(), config->end());
  auto rewriter = flu::codec::UnitRewriter::make(track);
  if (!rewriter) return 0;
  while (!reader.empty()) {
    const bool is_sync = reader.u8().value_or(0) % 2 != 0;
    const auto sample = block(reader);
    if (!sample) break;
    const auto out = rewriter->rewrite(*sample, is_sync);
    if (!out) continue;
    check_units(track.codec, out->data);
    if (out->sap == flu::media::Sap::kNone) continue;
    FLU_CHECK(rewriter->track());
    flu::Pieces annexb;
    FLU_CHECK(flu::codec::append_annexb(*rewriter->track(), out->data, true, annexb));
  }
  return 0;
}
