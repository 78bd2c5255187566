#include "libcommon/container/mp4/boxes.h"

#include <fmt/format.h>

#include "libcommon/base/check.h"

namespace flu::container {

std::string to_string(FourCc type) {
  std::string text;
  for (unsigned shift = 32; shift > 0; shift -= 8) {
    const auto byte = static_cast<std::uint8_t>(type >> (shift - 8));
    if (byte < 0x20 || byte > 0x7E) return fmt::format("0x{:08X}", type);
    text.push_back(static_cast<char>(byte));
  }
  return text;
}

Result<std::optional<Box>> next_box(ByteReader& reader) {
  if (reader.remaining() < kBoxHeaderBytes) return std::nullopt;
  FLU_TRY_ASSIGN(const std::uint32_t size, reader.u32());
  FLU_TRY_ASSIGN(const FourCc type, reader.u32());
  if (size < kBoxHeaderBytes) {
    return fail(ErrorCode::kMalformed,
                fmt::format("{}: box size {}, expected at least 8", to_string(type), size));
  }
  auto payload = reader.bytes(size - kBoxHeaderBytes);
  if (!payload) {
    return fail(ErrorCode::kMalformed, fmt::format("{}: box of {} bytes, {} left", to_string(type),
                                                   size, reader.remaining() + kBoxHeaderBytes));
  }
  return Box{type, *payload};
}

Result<std::optional<Box>> find_box(Bytes payload, FourCc type) {
  ByteReader reader(payload);
  while (true) {
    FLU_TRY_ASSIGN(const std::optional<Box> box, next_box(reader));
    if (!box || box->type == type) return box;
  }
}

Result<FullBoxHeader> read_full_box(ByteReader& reader) {
  FLU_TRY_ASSIGN(const std::uint32_t word, reader.u32());
  return FullBoxHeader{static_cast<std::uint8_t>(word >> 24), word & 0xFF'FFFF};
}

BoxScope::BoxScope(ByteWriter& writer, FourCc type) : writer_(&writer), start_(writer.size()) {
  writer.u32(0);
  writer.u32(type);
}

BoxScope::BoxScope(ByteWriter& writer, FourCc type, std::uint8_t version, std::uint32_t flags)
    : BoxScope(writer, type) {
  writer.u8(version);
  writer.u24(flags);
}

BoxScope::~BoxScope() {
  const std::size_t size = writer_->size() - start_;
  FLU_CHECK(size <= 0xFFFF'FFFF);
  writer_->patch_u32(start_, static_cast<std::uint32_t>(size));
}

}  // namespace flu::container
