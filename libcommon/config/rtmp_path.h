#pragma once

#include <string>
#include <string_view>

#include "libcommon/base/result.h"

namespace flu::config {

// What an RTMP URL means behind its host: the application is the first segment, or, where there is
// a double slash, all in front of it; the rest is the stream's name.
struct RtmpPath {
  std::string application;
  std::string stream;
};

// `rest` is what follows "://".
Result<RtmpPath> parse_rtmp_path(std::string_view rest);

}  // namespace flu::config
