// Tested by tests/e2e/serve/thumbnails-curl.sh
#include "tools/serve/live/thumbnail.h"

#include <sys/stat.h>

#include <chrono>

#include "libcommon/io/file.h"
#include "tools/serve/limits.h"

namespace flu::serve {

void Thumbnail::refresh(MonotonicTime now) {
  if (now < look_at_) return;
  look_at_ = now + kThumbnailCheck;
  struct stat found {};
  if (::stat(path_.c_str(), &found) != 0) {
    picture_.reset();
    file_ = {};
    return;
  }
  // Replaced by rename: another file. An inode may be used again, hence the time too.
  const auto changed =
      std::chrono::seconds(found.st_mtim.tv_sec) + std::chrono::nanoseconds(found.st_mtim.tv_nsec);
  if (file_ == std::pair(found.st_ino, std::int64_t{changed.count()})) return;
  auto content = io::read_file(path_, kMaxThumbnailBytes);
  if (!content) return errors_.add(content.error().message, now);
  file_ = {found.st_ino, changed.count()};
  etag_ = make_etag(*content);
  made_at_ = io::modified_at(path_);
  picture_ = std::make_shared<const Buffer>(std::move(*content));
}

Response Thumbnail::answer() const {
  Response response;
  response.content_type = "image/jpeg";
  response.cache_control = "public, max-age=1";
  response.etag = etag_;
  response.modified = made_at_;
  response.allows_ranges = true;
  response.body = {picture_, *picture_};
  return response;
}

}  // namespace flu::serve
