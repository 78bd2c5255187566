#pragma once

#include <sys/types.h>

#include <cstdint>
#include <memory>
#include <optional>
#include <string>
#include <utility>

#include "libcommon/base/bytes.h"
#include "libcommon/base/clock.h"
#include "libcommon/base/log.h"
#include "tools/serve/http/response.h"

namespace flu::serve {

// The newest JPEG of a stream, as flu-thumb leaves it in the stream's folder; shared by all who are
// sent it.
class Thumbnail {
 public:
  using Picture = std::shared_ptr<const Buffer>;

  explicit Thumbnail(std::string path) : path_(std::move(path)) {}

  // Looks at the file, unless it was looked at a moment ago.
  void refresh(MonotonicTime now);

  [[nodiscard]] const Picture& picture() const { return picture_; }  // null: there is none
  // Only while there is one.
  [[nodiscard]] Response answer() const;

 private:
  std::string path_;
  Picture picture_;
  std::string etag_;
  std::optional<WallTime> made_at_;
  MonotonicTime look_at_{};
  std::pair<ino_t, std::int64_t> file_{};
  RateLimitedLog errors_{LogLevel::kAlert};
};

}  // namespace flu::serve
