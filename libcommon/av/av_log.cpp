#include "libcommon/av/av_log.h"

#include <array>
#include <cstdarg>
#include <mutex>
#include <utility>

#include "libcommon/av/limits.h"
#include "libcommon/base/clock.h"
#include "libcommon/base/log.h"
#include "libcommon/base/text.h"

extern "C" {
#include <libavutil/log.h>
#include <libavutil/mem.h>
#include <libavutil/opt.h>
}

namespace flu::av {
namespace {

// libav has one log a process, and threads of its own that may write to it.
struct State {
  std::mutex mutex;
  std::function<std::string(std::string_view)> hide;
  std::string last_error;
  RefusedCertificate refused;
  MonotonicTime second{};
  unsigned lines = 0;
};

State& state() {
  static State value;
  return value;
}

// libav tells it by a line alone: its error number is that of any input or output.
bool is_refusal(std::string_view text) {
  return text.starts_with("Peer certificate failed verification") ||
         text.starts_with("The certificate's owner does not match hostname") ||
         text.starts_with("Unable to verify peer certificate");
}

std::string host_of(void* connection) {
  std::uint8_t* value = nullptr;
  if (av_opt_get(connection, "verifyhost", AV_OPT_SEARCH_CHILDREN, &value) < 0) return {};
  std::string out = value == nullptr ? "" : static_cast<const char*>(static_cast<void*>(value));
  av_free(value);
  return out;
}

std::string_view trim(std::string_view text) {
  while (!text.empty() && (text.back() == '\n' || text.back() == '\r' || text.back() == ' ')) {
    text.remove_suffix(1);
  }
  return text;
}

void on_line(void* object, int level, const char* format, va_list arguments) {
  if (level > AV_LOG_WARNING) return;
  std::array<char, 1024> line{};
  int prefix = 1;
  av_log_format_line2(object, level, format, arguments, line.data(), static_cast<int>(line.size()),
                      &prefix);
  std::string_view text = trim(line.data());
  // "[rtsp @ 0x55...] method DESCRIBE failed": the address says nothing.
  const auto bracket = text.find("] ");
  if (text.starts_with('[') && bracket != std::string_view::npos) text.remove_prefix(bracket + 2);
  if (text.empty()) return;
  State& log = state();
  const std::lock_guard lock(log.mutex);
  const std::string shown = printable(log.hide ? hide_urls(text, log.hide) : std::string(text));
  if (level <= AV_LOG_ERROR) log.last_error = shown;
  if (object != nullptr && is_refusal(text)) log.refused = {printable(host_of(object)), shown};
  const MonotonicTime now = monotonic_now();
  if (now - log.second >= std::chrono::seconds(1)) {
    log.second = now;
    log.lines = 0;
  }
  if (++log.lines <= kLogLinesASecond) log_debug("libav: {}", shown);
}

}  // namespace

std::string hide_urls(std::string_view line,
                      const std::function<std::string(std::string_view)>& hide) {
  constexpr std::string_view kEnds = " '\"<>(),";
  std::string out;
  while (!line.empty()) {
    const auto end = std::min(line.find_first_of(kEnds), line.size());
    const std::string_view word = line.substr(0, end);
    out += word.find("://") == std::string_view::npos ? std::string(word) : hide(word);
    if (end < line.size()) out += line[end];
    line.remove_prefix(std::min(end + 1, line.size()));
  }
  return out;
}

void take_log(std::function<std::string(std::string_view)> hide) {
  {
    const std::lock_guard lock(state().mutex);
    state().hide = std::move(hide);
  }
  av_log_set_level(AV_LOG_WARNING);
  av_log_set_callback(on_line);
}

std::string take_last_error() {
  const std::lock_guard lock(state().mutex);
  return std::exchange(state().last_error, {});
}

RefusedCertificate take_refused_certificate() {
  const std::lock_guard lock(state().mutex);
  return std::exchange(state().refused, {});
}

}  // namespace flu::av
