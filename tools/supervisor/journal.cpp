#include "tools/supervisor/journal.h"

#include <fcntl.h>
#include <unistd.h>

#include <algorithm>
#include <chrono>
#include <cstdio>
#include <utility>

#include "libcommon/base/bytes.h"
#include "libcommon/base/clock.h"
#include "libcommon/base/log.h"
#include "libcommon/base/text.h"
#include "libcommon/event/types.h"
#include "libcommon/io/file.h"
#include "libcommon/service/process.h"

namespace flu::supervisor {
namespace {

using nlohmann::json;

constexpr std::size_t kMaxLatest = 1000;
constexpr std::size_t kMaxFile = 4 << 20;  // it lies in memory, beside the live windows

std::int64_t utc_milliseconds() {
  return std::chrono::duration_cast<std::chrono::milliseconds>(wall_now().time_since_epoch())
      .count();
}

}  // namespace

Journal::Journal(std::string path) : path_(std::move(path)), server_(service::host_name()) {
  for (const std::string& file : {path_ + ".1", path_}) read_former(file);
  // Without files: later than all that was, and small enough for every reader of JSON.
  if (last_id_ == 0) last_id_ = utc_milliseconds();
}

void Journal::read_former(const std::string& path) {
  const auto content = io::read_file(path, 2 * kMaxFile);
  if (!content) return;
  for (const std::string_view line : split(as_text(*content), '\n')) {
    json event = json::parse(line.begin(), line.end(), nullptr, false);
    if (!event.is_object()) continue;
    const auto id = event.find("event_id");
    if (id == event.end() || !id->is_number_integer()) continue;
    last_id_ = std::max(last_id_, id->get<std::int64_t>());
    latest_.push_back(std::move(event));
    if (latest_.size() > kMaxLatest) latest_.pop_front();
  }
}

void Journal::add(std::string_view name, nlohmann::json fields) {
  json event = fields.is_object() ? std::move(fields) : json::object();
  event["event"] = name;
  event["event_id"] = ++last_id_;
  event["level"] = event::to_string(event::level_of(name));
  event["server"] = server_;
  const auto told = event.find("utc_ms");
  const bool is_told = told != event.end() && told->is_number_integer();
  const std::int64_t time = is_told ? told->get<std::int64_t>() : utc_milliseconds();
  event["utc_ms"] = time;
  event["utc"] = time / 1000;
  write(event.dump(-1, ' ', false, json::error_handler_t::replace) + "\n");
  if (listener_) listener_(event);
  latest_.push_back(std::move(event));
  if (latest_.size() > kMaxLatest) latest_.pop_front();
}

// A writer that was killed in the middle of a line must not spoil ours.
void Journal::finish_line() {
  if (size_ == 0) return;
  const auto fd = io::open_file(path_, O_RDONLY);
  const auto last = fd ? io::pread_up_to(fd->get(), 1, size_ - 1, path_) : Result<Buffer>(Buffer{});
  if (!last || *last == Buffer{'\n'}) return;
  if (io::write_all(file_.get(), as_bytes("\n"), path_)) ++size_;
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
    finish_line();
  }
  if (const auto done = io::write_all(file_.get(), as_bytes(line), path_); !done) {
    log_alert("{}", done.error().message);
  }
  size_ += line.size();
}

}  // namespace flu::supervisor
