#pragma once

#include <cstdint>
#include <string>
#include <vector>

#include "libcommon/base/result.h"
#include "libcommon/service/common_options.h"

namespace flu::service {

struct Listening {
  std::string proto;  // "http"
  std::string addr;
  std::uint16_t port = 0;
};

// The line {"ready":true,"pid":N,"listen":[...]} of --ready-fd, which is also `ready` on
// status.sock.
std::string ready_line(const std::vector<Listening>& listening);

// Writes it to --ready-fd, if given, and closes that. A reader who left is no error.
Result<void> announce_ready(const CommonOptions& options,
                            const std::vector<Listening>& listening = {});

}  // namespace flu::service
