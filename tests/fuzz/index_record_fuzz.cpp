#include <algorithm>
#include <array>
#include <cstddef>
#include <cstdint>

#include "libcommon/base/check.h"
#include "libcommon/base/crc32c.h"
#include "libcommon/segment/index_record.h"

// The checksum is made to fit, else no fuzzer would ever come past it.
extern "C" int LLVMFuzzerTestOneInput(const std::uint8_t* data, std::size_t size) {
  using namespace flu::segment;  // NOLINT(google-build-using-namespace)
  static_cast<void>(parse_record({data, size}));
  if (size < kRecordSize) return 0;
  std::array<std::uint8_t, kRecordSize> bytes{};
  std::copy_n(data, kRecordSize, bytes.begin());
  const flu::Bytes view(bytes);
  const std::uint32_t crc = flu::crc32c(view.subspan(8), flu::crc32c(view.first(4)));
  for (unsigned i = 0; i < 4; ++i) {
    bytes[4 + i] = static_cast<std::uint8_t>(crc >> (8 * i));
  }
  const auto record = parse_record(bytes);
  if (record) FLU_CHECK(write_record(*record) == bytes);
  return 0;
}
