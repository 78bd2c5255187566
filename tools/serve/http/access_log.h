#pragma once

#include <cstdint>
#include <string>

#include "libcommon/base/clock.h"
#include "libcommon/base/result.h"
#include "libcommon/base/unique_fd.h"
#include "tools/serve/http/request.h"

namespace flu::serve {

// One line an answer: the combined format of web servers, and the milliseconds it took. To a file,
// each line by one write, so that the workers' lines never mix; and at log level debug.
class AccessLog {
 public:
  // Empty path: no file.
  static Result<AccessLog> open(const std::string& path);

  [[nodiscard]] bool is_wanted() const;

  struct Entry {
    std::string client;
    const Request* request = nullptr;
    unsigned status = 0;
    std::uint64_t bytes = 0;  // of the body
    std::chrono::milliseconds took{0};
  };
  void add(const Entry& entry, WallTime now);

 private:
  UniqueFd file_;
  std::string path_;
};

}  // namespace flu::serve
