#pragma once

#include <chrono>
#include <string>
#include <string_view>
#include <vector>

#include "libcommon/base/result.h"
#include "libcommon/base/unique_fd.h"
#include "libcommon/service/ready.h"
#include "libcommon/service/run_dir.h"
#include "tools/serve/tls/certificates.h"

namespace flu::serve {

inline constexpr std::string_view kDrainTimeout = "drain-timeout ";

struct WorkerSettings {
  service::RunDir run_dir;
  std::string access_log;
  TlsSettings tls;
  std::vector<service::Listening> https;  // where browsers are led
  std::chrono::seconds drain_timeout{3600};
  std::string dvr_root;  // of streams for which none is configured; "": they have no archive
};

struct WorkerSocket {
  UniqueFd fd;
  bool is_secure = false;
};

// One single-threaded server process. `master` is a SEQPACKET socket: the worker sends its counters
// there once a second as JSON, and ends when the master is gone. "drain" from the master: accept no
// more, and leave with the last client or after `drain_timeout`, or what "drain-timeout SECONDS"
// said before; "cut": leave at the next key frame. Returns at the end.
Result<void> run_worker(const WorkerSettings& settings, std::vector<WorkerSocket> listeners,
                        UniqueFd master);

}  // namespace flu::serve
