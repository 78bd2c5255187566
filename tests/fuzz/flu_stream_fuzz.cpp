#include <cstddef>
#include <cstdint>
#include <variant>

#include "libcommon/base/check.h"
#include "libcommon/container/mp4/flu_stream.h"

// The stream arrives whole and byte by byte in turns; what comes out must hold together.
extern "C" int LLVMFuzzerTestOneInput(const std::uint8_t* data, std::size_t size) {
  using namespace flu::container;  // NOLINT(google-build-using-namespace)
  FluReader reader;
  flu::Bytes rest(data, size);
  std::size_t piece = 1;
  while (true) {
    auto unit = reader.next();
    if (!unit) return 0;
    if (*unit) {
      const auto* fragment = std::get_if<Fragment>(&**unit);
      if (fragment == nullptr) continue;
      for (const SampleEntry& sample : fragment->samples) {
        FLU_CHECK(sample.cts.count() >= 0 && sample.duration.count() >= 0);
        FLU_CHECK(sample.size <= fragment->payload.size());
        FLU_CHECK(sample.offset <= fragment->payload.size() - sample.size);
      }
      continue;
    }
    if (rest.empty()) return 0;
    const std::size_t count = piece < rest.size() ? piece : rest.size();
    reader.feed(rest.first(count));
    rest = rest.subspan(count);
    piece = piece * 3 % 4096 + 1;
  }
}
