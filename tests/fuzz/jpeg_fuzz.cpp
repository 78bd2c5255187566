// What a camera answers instead of a picture.
#include <cstdint>

#include "libcommon/base/check.h"
#include "tools/thumb/jpeg.h"

extern "C" int LLVMFuzzerTestOneInput(const std::uint8_t* data, std::size_t size) {
  const auto info = flu::thumb::check_jpeg({data, size});
  if (!info) return 0;
  FLU_CHECK(info->size <= size && info->width > 0 && info->height > 0);
  // What is kept is one itself.
  const auto again = flu::thumb::check_jpeg({data, info->size});
  FLU_CHECK(again && again->size == info->size);
  return 0;
}
