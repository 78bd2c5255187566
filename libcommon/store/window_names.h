#pragma once

#include <cstdint>
#include <string>
#include <string_view>

#include <fmt/format.h>

#include "libcommon/base/sha256.h"
#include "libcommon/media/time.h"

namespace flu::store {

// The files of RUN_DIR/live/NAME (docs/format.md, "live window").

inline constexpr std::string_view kWindowIndexFile = "window.idx";
inline constexpr std::string_view kCurrentFile = "cur.mp4";    // the growing segment
inline constexpr std::string_view kPreviousFile = "prev.mp4";  // the one waiting for its last audio
inline constexpr std::string_view kThumbnailFile = "preview.jpg";  // flu-thumb's
inline constexpr std::string_view kLockFile = "lock";
inline constexpr std::string_view kInSocket = "in.sock";
inline constexpr std::string_view kOutSocket = "out.sock";
inline constexpr std::string_view kNewsSocket = "win.sock";

inline std::string in_folder(std::string_view folder, std::string_view file) {
  return fmt::format("{}/{}", folder, file);
}

inline std::string segment_file(media::Timestamp start) {
  return fmt::format("{}.mp4", start.count());
}

// Named by the SHA-256 of its bytes; a record knows the first four of them.
inline std::string init_file(const Sha256Digest& hash) {
  return fmt::format("init-{}.mp4", to_hex(hash));
}
inline std::uint32_t init_hash_of(const Sha256Digest& hash) {
  return std::uint32_t{hash[0]} << 24 | std::uint32_t{hash[1]} << 16 | std::uint32_t{hash[2]} << 8 |
         std::uint32_t{hash[3]};
}
inline std::string init_file_prefix(std::uint32_t init_hash) {
  return fmt::format("init-{:08x}", init_hash);
}

}  // namespace flu::store
