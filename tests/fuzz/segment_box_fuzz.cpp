#include <cstddef>
#include <cstdint>

#include "libcommon/base/check.h"
#include "libcommon/container/mp4/segment_box.h"

extern "C" int LLVMFuzzerTestOneInput(const std::uint8_t* data, std::size_t size) {
  const auto segment = flu::container::parse_segment({data, size});
  if (!segment) return 0;
  for (const auto& track : segment->tracks) {
    for (const auto& sample : track.samples) {
      FLU_CHECK(sample.size <= size && sample.offset <= size - sample.size);
    }
  }
  return 0;
}
