#include "libcommon/service/process.h"

#include <time.h>
#include <unistd.h>

#include <algorithm>
#include <csignal>
#include <string_view>

#include <fmt/format.h>

#include "libcommon/base/text.h"
#include "libcommon/io/file.h"

namespace flu::service {
namespace {

constexpr std::size_t kMaxProcFile = 65536;
// proc(5): after the name in parentheses, which may hold anything, the state is field 3.
constexpr std::size_t kStartTimeAfterName = 22 - 3;

Result<std::string> read_text(const std::string& path) {
  FLU_TRY_ASSIGN(const Buffer content, io::read_file(path, kMaxProcFile));
  return std::string(content.begin(), content.end());
}

}  // namespace

Result<ProcessIdentity> identify_process(pid_t pid) {
  const std::string path = fmt::format("/proc/{}/stat", pid);
  const auto stat = read_text(path);
  if (!stat) {
    return fail(ErrorCode::kNotFound, fmt::format("process {}: there is none", pid));
  }
  const auto name_end = stat->rfind(") ");
  if (name_end != std::string::npos) {
    const auto fields = split(std::string_view(*stat).substr(name_end + 2), ' ');
    if (fields.size() > kStartTimeAfterName) {
      FLU_TRY_ASSIGN(const std::uint64_t ticks, parse_unsigned(fields[kStartTimeAfterName]));
      return ProcessIdentity{pid, ticks};
    }
  }
  return fail(ErrorCode::kMalformed, fmt::format("read {}: expected field 22", path));
}

std::chrono::nanoseconds age_of(const ProcessIdentity& process) {
  timespec now{};  // since boot, as the start times are, and with what the machine slept
  ::clock_gettime(CLOCK_BOOTTIME, &now);
  const auto ticks = static_cast<std::uint64_t>(::sysconf(_SC_CLK_TCK));
  const auto started = std::chrono::seconds(process.start_time / ticks) +
                       std::chrono::nanoseconds(process.start_time % ticks * 1'000'000'000 / ticks);
  const auto since_boot = std::chrono::seconds(now.tv_sec) + std::chrono::nanoseconds(now.tv_nsec);
  return std::max(std::chrono::nanoseconds(0), since_boot - started);
}

Result<std::string> boot_id() {
  FLU_TRY_ASSIGN(std::string id, read_text("/proc/sys/kernel/random/boot_id"));
  while (!id.empty() && id.back() == '\n') id.pop_back();
  return id;
}

std::string host_name() {
  auto name = read_text("/proc/sys/kernel/hostname");
  if (!name) return "localhost";
  while (!name->empty() && name->back() == '\n') name->pop_back();
  return name->empty() || *name == "(none)" ? "localhost" : *name;
}

void block_stop_signals() {
  sigset_t stops;
  sigemptyset(&stops);
  sigaddset(&stops, SIGTERM);
  sigaddset(&stops, SIGINT);
  sigprocmask(SIG_BLOCK, &stops, nullptr);
}

}  // namespace flu::service
