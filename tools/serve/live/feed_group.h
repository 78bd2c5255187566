#pragma once

#include <cstddef>
#include <cstdint>
#include <deque>
#include <optional>

#include "libcommon/base/bytes.h"
#include "libcommon/base/result.h"
#include "libcommon/container/mp4/flu_stream.h"
#include "tools/serve/live/feed_format.h"

namespace flu::serve {

// The tracks of a stream and its frames since the newest key frame, for a format that begins while
// others are running. Pure.
class FeedGroup {
 public:
  explicit FeedGroup(std::size_t max_bytes) : max_bytes_(max_bytes) {}

  void add(const container::StreamUnit& unit);
  void restart();  // what was kept does not lead to what comes
  // Gives everything to `format`.
  Result<void> replay(FeedFormat& format) const;

  [[nodiscard]] const std::optional<media::Tracks>& tracks() const { return tracks_; }
  [[nodiscard]] std::size_t bytes() const { return bytes_; }

 private:
  struct Kept {
    container::Fragment fragment;  // its payload is `payload`
    Buffer payload;
  };

  void add_fragment(const container::Fragment& fragment);

  std::size_t max_bytes_;
  std::optional<media::Tracks> tracks_;
  std::uint32_t main_id_ = 0;
  std::deque<Kept> frames_;
  std::size_t bytes_ = 0;
  bool is_complete_ = false;  // from a key frame on
};

}  // namespace flu::serve
