#pragma once

#include <sys/types.h>

#include <map>
#include <optional>

namespace flu::ctl {

// What a process uses, from /proc.
struct Usage {
  double cpu_percent = 0;    // of one core, since the last look
  double private_bytes = 0;  // what would be free without it
};

class UsageMeter {
 public:
  // nullopt: there is no such process. The first look has no CPU yet.
  std::optional<Usage> measure(pid_t pid);

 private:
  struct Look {
    double cpu_seconds = 0;
    double at_seconds = 0;
  };
  std::map<pid_t, Look> last_;
};

}  // namespace flu::ctl
