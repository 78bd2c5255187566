#include <cstddef>
#include <cstdint>

#include "libcommon/base/check.h"
#include "libcommon/container/mp4/init.h"

// What parses is written and parsed again: the second time nothing changes any more.
extern "C" int LLVMFuzzerTestOneInput(const std::uint8_t* data, std::size_t size) {
  const auto tracks = flu::container::parse_init({data, size});
  if (!tracks) return 0;
  const flu::Buffer init = flu::container::write_init(*tracks);
  const auto again = flu::container::parse_init(init);
  FLU_CHECK(again.has_value());
  FLU_CHECK(flu::container::write_init(*again) == init);
  return 0;
}
