// Tested by tests/e2e/serve/thumbnails-url.sh
#include "tools/thumb/camera.h"

#include <array>
#include <span>

#include <fmt/format.h>

#include "libcommon/av/byte_input.h"
#include "libcommon/av/tls_policy.h"
#include "tools/thumb/limits.h"

namespace flu::thumb {

Result<Buffer> fetch_jpeg(const std::string& url) {
  constexpr std::size_t kChunk = std::size_t{64} << 10;
  av::InputSettings settings;
  settings.url = url;
  settings.protocols = "http,https,tls,tcp";
  settings.open_timeout = kFetchPatience;
  settings.read_timeout = kFetchPatience;
  // Cameras answer what they are asked, but not in ranges, and know nothing of radio.
  settings.options = {{"user_agent", "flu/" FLU_VERSION}, {"seekable", "0"}, {"icy", "0"}};
  if (url.starts_with("https:")) FLU_TRY(av::verify_tls(""));
  FLU_TRY_ASSIGN(const auto input, av::ByteInput::open(settings));
  Buffer out;
  std::array<std::uint8_t, kChunk> chunk{};
  while (true) {
    const auto got = input->read(chunk);
    // An answer without a length ends in an error of libav's: whoever checks the picture knows
    // whether it is whole.
    if (!got && out.empty()) return tl::unexpected<Error>(got.error());
    if (!got || *got == 0) return out;
    out.insert(out.end(), chunk.begin(), chunk.begin() + static_cast<std::ptrdiff_t>(*got));
    // A camera's endless MJPEG, or a page that asks for a login: what it is is told from its start.
    if (out.size() > 1 && (out[0] != 0xFF || out[1] != 0xD8)) return out;
    if (out.size() > kMaxJpegBytes) {
      return fail(ErrorCode::kLimitExceeded,
                  fmt::format("more than {} MiB came, which is no picture", kMaxJpegBytes >> 20));
    }
  }
}

}  // namespace flu::thumb
