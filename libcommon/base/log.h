#pragma once

#include <cstdint>
#include <string>
#include <string_view>
#include <utility>

#include <fmt/format.h>

#include "libcommon/base/clock.h"

namespace flu {

// The three levels of the config's `loglevel`, most talkative first.
enum class LogLevel { kDebug, kInfo, kAlert };

// Set once by service::Tool. Lines go to standard error: "flu-ingest: message".
void set_log(LogLevel level, std::string_view tool);
bool is_logged(LogLevel level);
void log_line(LogLevel level, std::string_view line);

template <typename... Args>
void log(LogLevel level, fmt::format_string<Args...> format, Args&&... args) {
  if (is_logged(level)) log_line(level, fmt::format(format, std::forward<Args>(args)...));
}
template <typename... Args>
void log_debug(fmt::format_string<Args...> format, Args&&... args) {
  log(LogLevel::kDebug, format, std::forward<Args>(args)...);
}
template <typename... Args>
void log_info(fmt::format_string<Args...> format, Args&&... args) {
  log(LogLevel::kInfo, format, std::forward<Args>(args)...);
}
template <typename... Args>
void log_alert(fmt::format_string<Args...> format, Args&&... args) {
  log(LogLevel::kAlert, format, std::forward<Args>(args)...);
}

// For trouble that can come with every packet: at most one line a second, with a count and the
// last message.
class RateLimitedLog {
 public:
  explicit RateLimitedLog(LogLevel level) : level_(level) {}

  void add(std::string_view message, MonotonicTime now);

 private:
  LogLevel level_;
  std::uint64_t suppressed_ = 0;
  MonotonicTime next_{};
};

}  // namespace flu
