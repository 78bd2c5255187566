#include "libcommon/container/mp4/esds.h"

#include <fmt/format.h>

#include "libcommon/base/byte_reader.h"
#include "libcommon/container/mp4/boxes.h"

namespace flu::container {
namespace {

constexpr std::uint8_t kEsTag = 3;
constexpr std::uint8_t kDecoderConfigTag = 4;
constexpr std::uint8_t kDecoderSpecificTag = 5;
constexpr std::uint8_t kSyncLayerTag = 6;
constexpr std::uint32_t kSizeBytes = 5;  // tag and a length of four bytes

// ISO 14496-1 8.3.3: always four bytes of length, the form that every reader has met.
void write_tag(std::uint8_t tag, std::size_t length, ByteWriter& out) {
  out.u8(tag);
  for (unsigned shift = 21; shift > 0; shift -= 7) {
    out.u8(static_cast<std::uint8_t>(0x80U | ((length >> shift) & 0x7FU)));
  }
  out.u8(static_cast<std::uint8_t>(length & 0x7FU));
}

struct Tagged {
  std::uint8_t tag = 0;
  ByteReader body;
};

Result<Tagged> read_tag(ByteReader& reader) {
  FLU_TRY_ASSIGN(const std::uint8_t tag, reader.u8());
  std::size_t length = 0;
  for (unsigned i = 0; i < 4; ++i) {
    FLU_TRY_ASSIGN(const std::uint8_t byte, reader.u8());
    length = (length << 7) | (byte & 0x7FU);
    if ((byte & 0x80U) == 0) break;
  }
  FLU_TRY_ASSIGN(const ByteReader body, reader.sub_reader(length));
  return Tagged{tag, body};
}

Result<ByteReader> expect_tag(ByteReader& reader, std::uint8_t wanted) {
  FLU_TRY_ASSIGN(const Tagged found, read_tag(reader));
  if (found.tag != wanted) {
    return fail(ErrorCode::kMalformed,
                fmt::format("esds: descriptor tag {}, expected {}", found.tag, wanted));
  }
  return found.body;
}

Result<void> skip_es_fields(ByteReader& reader) {
  FLU_TRY(reader.skip(2));  // ES_ID
  FLU_TRY_ASSIGN(const std::uint8_t flags, reader.u8());
  if ((flags & 0x80U) != 0) FLU_TRY(reader.skip(2));  // dependsOn_ES_ID
  if ((flags & 0x40U) != 0) {                         // URL
    FLU_TRY_ASSIGN(const std::uint8_t length, reader.u8());
    FLU_TRY(reader.skip(length));
  }
  if ((flags & 0x20U) != 0) FLU_TRY(reader.skip(2));  // OCR_ES_Id
  return {};
}

}  // namespace

void write_esds(const EsDescriptor& descriptor, ByteWriter& out) {
  const BoxScope box(out, four_cc("esds"), 0, 0);
  const std::size_t specific =
      descriptor.specific.empty() ? 0 : kSizeBytes + descriptor.specific.size();
  const std::size_t config = 13 + specific;
  write_tag(kEsTag, 3 + kSizeBytes + config + kSizeBytes + 1, out);
  out.u16(0);  // ES_ID: 0 in a stored file (ISO 14496-14 3.1.2)
  out.u8(0);
  write_tag(kDecoderConfigTag, config, out);
  out.u8(descriptor.object_type);
  out.u8(static_cast<std::uint8_t>((descriptor.stream_type << 2) | 1));
  out.zeros(11);  // bufferSizeDB, maxBitrate, avgBitrate: unknown
  if (!descriptor.specific.empty()) {
    write_tag(kDecoderSpecificTag, descriptor.specific.size(), out);
    out.bytes(descriptor.specific);
  }
  write_tag(kSyncLayerTag, 1, out);
  out.u8(2);  // predefined: MP4
}

Result<EsDescriptor> parse_esds(Bytes payload) {
  ByteReader reader(payload);
  FLU_TRY(reader.skip(4));
  FLU_TRY_ASSIGN(ByteReader es, expect_tag(reader, kEsTag));
  FLU_TRY(skip_es_fields(es));
  FLU_TRY_ASSIGN(ByteReader config, expect_tag(es, kDecoderConfigTag));
  EsDescriptor descriptor;
  FLU_TRY_ASSIGN(descriptor.object_type, config.u8());
  FLU_TRY_ASSIGN(const std::uint8_t stream, config.u8());
  descriptor.stream_type = static_cast<std::uint8_t>(stream >> 2);
  FLU_TRY(config.skip(11));
  while (!config.empty()) {
    FLU_TRY_ASSIGN(Tagged inner, read_tag(config));
    if (inner.tag == kDecoderSpecificTag) descriptor.specific = inner.body.rest();
  }
  return descriptor;
}

}  // namespace flu::container
