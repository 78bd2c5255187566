#pragma once

#include <sys/types.h>

#include <chrono>
#include <cstdint>
#include <string>

#include "libcommon/base/result.h"

namespace flu::service {

// A process for ever: its id alone is used again after its end, id and start time are not, within
// one boot.
struct ProcessIdentity {
  pid_t pid = 0;
  std::uint64_t start_time = 0;  // clock ticks since boot: field 22 of /proc/PID/stat

  bool operator==(const ProcessIdentity&) const = default;
};

// kNotFound when there is no such process.
Result<ProcessIdentity> identify_process(pid_t pid);

// How long it has run by now.
std::chrono::nanoseconds age_of(const ProcessIdentity& process);

// The kernel's random id of this boot, so that identities left from before it are known as such.
Result<std::string> boot_id();

// Of this machine, as it calls itself; "localhost" where it does not.
std::string host_name();

// Blocks SIGTERM and SIGINT for the rest of the process. Called when a stop has begun: shells and
// timeout(1) send the signal twice, and the second must not turn a clean end into a death by
// signal.
void block_stop_signals();

}  // namespace flu::service
