// What a client sends over a WebSocket: whole and byte by byte, with the same messages.
#include <algorithm>
#include <cstdint>
#include <string>

#include "libcommon/base/bytes.h"
#include "libcommon/base/check.h"
#include "libcommon/wire/websocket/frames.h"

namespace {

constexpr std::size_t kMaxMessage = 64;

std::string run(flu::Bytes bytes, std::size_t step) {
  flu::wire::WebSocketReader reader(kMaxMessage);
  std::string seen;
  while (!bytes.empty()) {
    flu::Bytes piece = bytes.first(std::min(step, bytes.size()));
    bytes = bytes.subspan(piece.size());
    while (true) {
      const auto message = reader.next(piece);
      if (!message) {
        FLU_CHECK(!message.error().message.empty());
        return seen + std::to_string(static_cast<unsigned>(reader.failure()));
      }
      if (!*message) break;
      FLU_CHECK((*message)->payload.size() <= 125);
      seen += std::to_string(static_cast<unsigned>((*message)->opcode));
      seen += flu::as_text((*message)->payload);
    }
    FLU_CHECK(piece.empty());
  }
  return seen;
}

}  // namespace

extern "C" int LLVMFuzzerTestOneInput(const std::uint8_t* data, std::size_t size) {
  const flu::Bytes bytes(data, size);
  FLU_CHECK(run(bytes, size) == run(bytes, 1));
  return 0;
}
