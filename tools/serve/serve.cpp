// Tested by tests/e2e/serve/workers.sh
#include "tools/serve/serve.h"

#include <sched.h>
#include <sys/resource.h>

#include <algorithm>
#include <vector>

#include "libcommon/base/log.h"
#include "libcommon/service/run_dir.h"
#include "tools/serve/http/access_log.h"
#include "tools/serve/listener.h"
#include "tools/serve/master.h"

namespace flu::serve {
namespace {

unsigned core_count() {
  cpu_set_t set;
  if (::sched_getaffinity(0, sizeof set, &set) != 0) return 1;
  return static_cast<unsigned>(std::max(1, CPU_COUNT(&set)));
}

// Clients are descriptors: all that the system lets this user have.
void raise_descriptor_limit() {
  rlimit limit{};
  if (::getrlimit(RLIMIT_NOFILE, &limit) != 0 || limit.rlim_cur == limit.rlim_max) return;
  limit.rlim_cur = limit.rlim_max;
  if (::setrlimit(RLIMIT_NOFILE, &limit) != 0) log_info("the limit of open files stays as it is");
}

}  // namespace

Result<void> run(const Options& options, const service::CommonOptions& common) {
  const unsigned workers = options.workers == 0 ? core_count() : options.workers;
  FLU_TRY_ASSIGN(const service::RunDir run_dir, service::open_run_dir(common));
  raise_descriptor_limit();
  // Opened here once to refuse a bad path at the start; each worker opens its own.
  if (auto log = AccessLog::open(options.access_log); !log) {
    return fail(ErrorCode::kInvalidArgument, "--access-log: " + log.error().message);
  }
  std::vector<Listener> listeners;
  for (const auto& text : options.http) {
    FLU_TRY_ASSIGN(const ListenAddress address, parse_listen_address(text));
    FLU_TRY_ASSIGN(Listener listener, make_listener(address, workers));
    listeners.push_back(std::move(listener));
  }
  Master master(common, {run_dir, options.access_log}, workers, std::move(listeners));
  return master.run();
}

}  // namespace flu::serve
