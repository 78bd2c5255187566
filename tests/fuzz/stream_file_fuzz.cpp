// stream.json of an archive, which anybody may have edited.
#include <cstddef>
#include <cstdint>

#include "libcommon/base/bytes.h"
#include "libcommon/base/check.h"
#include "libcommon/store/stream_file.h"

extern "C" int LLVMFuzzerTestOneInput(const std::uint8_t* data, std::size_t size) {
  const auto file = flu::store::parse_stream_file(flu::as_text({data, size}));
  if (!file) return 0;
  const auto again = flu::store::parse_stream_file(flu::store::write_stream_file(*file));
  FLU_CHECK(again && *again == *file);
  return 0;
}
