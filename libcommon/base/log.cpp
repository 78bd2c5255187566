#include "libcommon/base/log.h"

#include <cstdio>

namespace flu {
namespace {

struct State {
  LogLevel level = LogLevel::kInfo;
  std::string tool = "flu";
};

State& state() {
  static State value;
  return value;
}

}  // namespace

void set_log(LogLevel level, std::string_view tool) {
  state().level = level;
  state().tool = tool;
}

bool is_logged(LogLevel level) {
  return level >= state().level;
}

void log_line(LogLevel level, std::string_view line) {
  if (!is_logged(level)) return;
  const std::string whole = fmt::format("{}: {}\n", state().tool, line);
  std::fwrite(whole.data(), 1, whole.size(), stderr);  // one write a line: lines never mix
}

void RateLimitedLog::add(std::string_view message, MonotonicTime now) {
  if (now < next_) {
    ++suppressed_;
    return;
  }
  if (suppressed_ > 0) {
    log_line(level_, fmt::format("{} ({} more like it)", message, suppressed_));
  } else {
    log_line(level_, message);
  }
  suppressed_ = 0;
  next_ = now + std::chrono::seconds(1);
}

}  // namespace flu
