#include "libcommon/base/byte_reader.h"

#include <fmt/format.h>

namespace flu {

Result<Bytes> ByteReader::bytes(std::size_t count) {
  // Compared this way round because `position + count` could wrap for a hostile count.
  if (count > rest_.size()) {
    return fail(ErrorCode::kMalformed, fmt::format("need {} bytes, {} left", count, rest_.size()));
  }
  const Bytes taken = rest_.first(count);
  rest_ = rest_.subspan(count);
  return taken;
}

Result<void> ByteReader::skip(std::size_t count) {
  FLU_TRY(bytes(count));
  return {};
}

Result<ByteReader> ByteReader::sub_reader(std::size_t count) {
  FLU_TRY_ASSIGN(const Bytes taken, bytes(count));
  return ByteReader(taken);
}

}  // namespace flu
