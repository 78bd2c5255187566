// Tested by tests/e2e/ctl/commands.sh
#include "tools/ctl/process_usage.h"

#include <unistd.h>

#include <chrono>
#include <string>
#include <string_view>

#include <fmt/format.h>

#include "libcommon/base/bytes.h"
#include "libcommon/base/clock.h"
#include "libcommon/base/text.h"
#include "libcommon/io/file.h"

namespace flu::ctl {
namespace {

constexpr std::size_t kMaxProcFile = 65536;

std::string read_proc(pid_t pid, std::string_view name) {
  const auto content = io::read_file(fmt::format("/proc/{}/{}", pid, name), kMaxProcFile);
  return content ? std::string(as_text(*content)) : "";
}

double number(std::string_view text) {
  const auto value = parse_unsigned(text);
  return value ? static_cast<double>(*value) : 0;
}

// The sum of the "Private_..: N kB" lines of smaps_rollup.
double private_bytes_of(pid_t pid) {
  const std::string text = read_proc(pid, "smaps_rollup");
  double kilobytes = 0;
  for (const std::string_view line : split(text, '\n')) {
    if (line.rfind("Private_", 0) != 0) continue;
    const auto start = line.find_first_of("0123456789");
    if (start == std::string_view::npos) continue;
    kilobytes += number(line.substr(start, line.find(' ', start) - start));
  }
  return kilobytes * 1024;
}

}  // namespace

std::optional<Usage> UsageMeter::measure(pid_t pid) {
  const std::string stat = read_proc(pid, "stat");
  const auto name_end = stat.rfind(") ");
  if (name_end == std::string::npos) {
    last_.erase(pid);
    return std::nullopt;
  }
  // proc(5): utime and stime are fields 14 and 15, the state behind the name is field 3.
  const auto fields = split(std::string_view(stat).substr(name_end + 2), ' ');
  if (fields.size() < 13) return std::nullopt;
  Look look;
  look.cpu_seconds =
      (number(fields[11]) + number(fields[12])) / static_cast<double>(::sysconf(_SC_CLK_TCK));
  look.at_seconds = std::chrono::duration<double>(monotonic_now().time_since_epoch()).count();
  Usage usage;
  const auto before = last_.find(pid);
  if (before != last_.end() && look.at_seconds > before->second.at_seconds) {
    usage.cpu_percent = 100 * (look.cpu_seconds - before->second.cpu_seconds) /
                        (look.at_seconds - before->second.at_seconds);
  }
  last_[pid] = look;
  usage.private_bytes = private_bytes_of(pid);
  return usage;
}

}  // namespace flu::ctl
