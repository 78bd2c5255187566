#pragma once

#include <chrono>
#include <cstdint>
#include <string>
#include <string_view>

#include "libcommon/base/clock.h"
#include "libcommon/base/log.h"
#include "libcommon/base/result.h"
#include "libcommon/base/unique_fd.h"
#include "tools/serve/http/request.h"

namespace flu::serve {

// One line an answer: the combined format of web servers, then the milliseconds that it took, the
// protocol and the session. No answer waits for it: lines are gathered and written by flush(),
// whole lines by one write, so that those of several workers never mix. Also at log level debug.
class AccessLog {
 public:
  // Empty path: no file.
  static Result<AccessLog> open(const std::string& path);
  AccessLog(AccessLog&&) = default;
  AccessLog& operator=(AccessLog&&) = delete;
  ~AccessLog();

  [[nodiscard]] bool is_wanted() const;

  struct Entry {
    std::string client;
    const Request* request = nullptr;
    unsigned status = 0;
    std::uint64_t bytes = 0;  // of the body
    std::chrono::milliseconds took{0};
    std::string_view protocol;  // of the session; "": none
    std::string session;
  };
  void add(const Entry& entry, WallTime now);

  // About once a second: what was gathered goes to the file. Where another file stands in its
  // place, or none, that is gone on in: it was rotated.
  void flush();

 private:
  AccessLog() = default;
  void write();
  void follow();

  std::string path_;  // "": none
  UniqueFd file_;
  std::string gathered_;
  bool is_stuck_ = false;       // until the next flush()
  std::uint64_t left_out_ = 0;  // lines
  RateLimitedLog errors_{LogLevel::kAlert};
};

}  // namespace flu::serve
