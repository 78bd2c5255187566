#include "libcommon/store/segment_check.h"

#include <string_view>

#include <fmt/format.h>

#include "libcommon/base/byte_reader.h"
#include "libcommon/base/crc32c.h"

namespace flu::store {
namespace {

// The header of a box that is expected to be this one; its payload's size.
Result<std::size_t> enter_box(ByteReader& reader, std::string_view type) {
  constexpr std::size_t kHeader = 8;
  FLU_TRY_ASSIGN(const std::uint32_t size, reader.u32());
  FLU_TRY_ASSIGN(const Bytes name, reader.bytes(4));
  if (as_text(name) != type || size < kHeader || size - kHeader > reader.remaining()) {
    return fail(ErrorCode::kMalformed, fmt::format("expected a whole {}", type));
  }
  return size - kHeader;
}

}  // namespace

Result<void> check_segment(const segment::IndexRecord& record, Bytes bytes) {
  if (bytes.size() != record.size) {
    return fail(ErrorCode::kMalformed, fmt::format("segment {}: {} bytes, its record says {}",
                                                   record.seq, bytes.size(), record.size));
  }
  ByteReader reader(bytes);
  FLU_TRY(reader.skip(record.moof_relative));
  FLU_TRY_ASSIGN(const std::size_t moof, enter_box(reader, "moof"));
  if (moof + 8 != record.moof_size) {
    return fail(ErrorCode::kMalformed,
                fmt::format("segment {}: moof of {} bytes, its record says {}", record.seq,
                            moof + 8, record.moof_size));
  }
  FLU_TRY(reader.skip(moof));
  FLU_TRY_ASSIGN(const std::size_t media, enter_box(reader, "mdat"));
  if (media != reader.remaining()) {
    return fail(ErrorCode::kMalformed, fmt::format("segment {}: {} bytes behind its mdat",
                                                   record.seq, reader.remaining() - media));
  }
  if (const std::uint32_t crc = crc32c(reader.rest()); crc != record.data_crc) {
    return fail(ErrorCode::kMalformed,
                fmt::format("segment {}: checksum {:08x}, its record says {:08x}", record.seq, crc,
                            record.data_crc));
  }
  return {};
}

}  // namespace flu::store
