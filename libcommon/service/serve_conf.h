#pragma once

#include <sys/types.h>

#include <cstdint>
#include <map>
#include <optional>
#include <string>
#include <string_view>

#include "libcommon/base/clock.h"
#include "libcommon/service/run_dir.h"
#include "libcommon/service/stream_options.h"

namespace flu::service {

// The streams of RUN_DIR/conf/serve.json, which the supervisor replaces at each reload. Without it
// there are none, and all options are the defaults. A file that cannot be read changes nothing.
class ServeConf {
 public:
  explicit ServeConf(const RunDir& run_dir);

  // Looks at the file, unless it was looked at a moment ago. True: it is another one.
  bool refresh(MonotonicTime now);

  // Null: the configuration has no such stream. Until the next refresh().
  [[nodiscard]] const StreamOptions* find(std::string_view stream) const;

  // When it was written; nullopt: there is none.
  [[nodiscard]] std::optional<WallTime> modified() const { return modified_; }

  // The defaults where it has none.
  [[nodiscard]] const StreamOptions& of(std::string_view stream) const;

 private:
  bool take(const std::string& text);

  std::string path_;
  std::map<std::string, StreamOptions, std::less<>> streams_;
  StreamOptions defaults_;
  MonotonicTime next_look_{};
  ino_t file_ = 0;
  std::int64_t changed_ = 0;
  std::optional<WallTime> modified_;
};

}  // namespace flu::service
