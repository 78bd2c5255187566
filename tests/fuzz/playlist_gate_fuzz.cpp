// Foreign playlists, fetched again and again: the input's parts, divided by zero bytes, one after
// the other.
#include <cstdint>
#include <string>

#include "libcommon/base/bytes.h"
#include "libcommon/base/check.h"
#include "libcommon/base/text.h"
#include "libcommon/manifest/playlist_gate.h"

extern "C" int LLVMFuzzerTestOneInput(const std::uint8_t* data, std::size_t size) {
  const std::string_view input = flu::as_text({data, size});
  flu::manifest::PlaylistGate gate({.takes_first = size % 2 == 0});
  unsigned number = 0;
  for (const std::string_view text : flu::split(input, '\0')) {
    const auto out = gate.pass(number++ % 3 == 2 ? "b" : "a", text, [](std::string_view reference) {
      return flu::Result<std::string>("http://h/" + std::string(reference));
    });
    if (out && *out) FLU_CHECK((*out)->starts_with("#EXTM3U"));
  }
  return 0;
}
