// Tested by tests/e2e/demux/hostile.sh
#include "tools/demux/protect.h"

#include <sys/prctl.h>
#include <sys/resource.h>

#include <algorithm>

namespace flu::demux {
namespace {

// A picture of 32 MiB, libav's own buffers, and what waits for its track, with room.
[[maybe_unused]] constexpr rlim_t kMaxData = rlim_t{512} << 20;

void limit(__rlimit_resource_t what, rlim_t most) {
  rlimit now{};
  if (::getrlimit(what, &now) != 0) return;
  now.rlim_max = std::min(now.rlim_max, most);
  now.rlim_cur = std::min(now.rlim_cur, now.rlim_max);
  (void)::setrlimit(what, &now);
}

}  // namespace

void protect() {
  (void)::prctl(PR_SET_NO_NEW_PRIVS, 1, 0, 0, 0);
  limit(RLIMIT_CORE, 0);
#ifndef __SANITIZE_ADDRESS__  // whose shadow counts as data
  limit(RLIMIT_DATA, kMaxData);
#endif
}

}  // namespace flu::demux
