#include "tools/supervisor/journal.h"

#include <fcntl.h>
#include <unistd.h>

#include <chrono>
#include <cstdio>
#include <utility>

#include "libcommon/base/bytes.h"
#include "libcommon/base/clock.h"
#include "libcommon/base/log.h"
#include "libcommon/io/file.h"

namespace flu::supervisor {
namespace {

constexpr std::size_t kMaxLatest = 1000;
constexpr std::size_t kMaxFile = 4 << 20;  // it lies in memory, beside the live windows

}  // namespace

Journal::Journal(std::string path) : path_(std::move(path)) {}

void Journal::add(std::string_view name, nlohmann::json fields) {
  nlohmann::json event = fields.is_object() ? std::move(fields) : nlohmann::json::object();
  event["event"] = name;
  if (!event.contains("utc_ms")) {
    event["utc_ms"] =
        std::chrono::duration_cast<std::chrono::milliseconds>(wall_now().time_since_epoch())
            .count();
  }
  write(event.dump(-1, ' ', false, nlohmann::json::error_handler_t::replace) + "\n");
  if (listener_) listener_(event);
  latest_.push_back(std::move(event));
  if (latest_.size() > kMaxLatest) latest_.pop_front();
}

void Journal::write(const std::string& line) {
  if (!file_ || size_ + line.size() > kMaxFile) {
    if (file_) std::rename(path_.c_str(), (path_ + ".1").c_str());
    auto fresh = io::open_file(path_, O_WRONLY | O_CREAT | O_APPEND);
    if (!fresh) {
      log_alert("{}", fresh.error().message);
      return;
    }
    file_ = std::move(*fresh);
    const off_t end = ::lseek(file_.get(), 0, SEEK_END);
    size_ = end > 0 ? static_cast<std::size_t>(end) : 0;
  }
  if (const auto done = io::write_all(file_.get(), as_bytes(line), path_); !done) {
    log_alert("{}", done.error().message);
  }
  size_ += line.size();
}

}  // namespace flu::supervisor
