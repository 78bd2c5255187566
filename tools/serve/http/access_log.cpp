#include "tools/serve/http/access_log.h"

#include <fcntl.h>
#include <sys/stat.h>
#include <unistd.h>

#include <cerrno>
#include <string_view>
#include <utility>

#include <fmt/format.h>

#include "libcommon/io/file.h"
#include "libcommon/io/system_error.h"
#include "libcommon/wire/http/date.h"
#include "tools/serve/limits.h"

namespace flu::serve {
namespace {

// What a client sent, so that it can neither end the line nor its quotes.
std::string quoted(std::string_view text) {
  if (text.empty()) return "-";
  std::string out;
  for (const char c : text) {
    const auto byte = static_cast<unsigned char>(c);
    if (byte < 0x20 || byte >= 0x7F || c == '"' || c == '\\') {
      out += fmt::format("\\x{:02x}", byte);
    } else {
      out += c;
    }
  }
  return out;
}

// Without waiting for the reader of a pipe.
Result<UniqueFd> open_log(const std::string& path) {
  return io::open_file(path, O_WRONLY | O_CREAT | O_APPEND | O_NONBLOCK);
}

}  // namespace

Result<AccessLog> AccessLog::open(const std::string& path) {
  AccessLog log;
  if (path.empty()) return log;
  log.path_ = path;
  FLU_TRY_ASSIGN(log.file_, open_log(path));
  return log;
}

AccessLog::~AccessLog() {
  if (!gathered_.empty()) write();
}

bool AccessLog::is_wanted() const {
  return !path_.empty() || is_logged(LogLevel::kDebug);
}

void AccessLog::add(const Entry& entry, WallTime now) {
  const Request& request = *entry.request;
  const std::string line =
      fmt::format("{} - - [{}] \"{} {} HTTP/{}.{}\" {} {} \"{}\" \"{}\" {} {} {}\n", entry.client,
                  wire::write_log_date(now), quoted(request.method_name), quoted(request.target),
                  request.version / 10, request.version % 10, entry.status, entry.bytes,
                  quoted(request.referer), quoted(request.user_agent), entry.took.count(),
                  entry.protocol.empty() ? "-" : entry.protocol, quoted(entry.session));
  log_debug("{}", std::string_view(line).substr(0, line.size() - 1));
  if (path_.empty()) return;
  if (gathered_.size() + line.size() > kMaxLogGathered) {
    ++left_out_;
    return;
  }
  gathered_ += line;
  if (gathered_.size() >= kLogWriteBytes && !is_stuck_) write();
}

void AccessLog::flush() {
  is_stuck_ = false;
  if (!gathered_.empty()) write();
  if (left_out_ > 0) {
    errors_.add(fmt::format("access log {}: {} lines were left out", path_, left_out_),
                monotonic_now());
    left_out_ = 0;
  }
  follow();
}

// What could not be written stays for the next time.
void AccessLog::write() {
  if (!file_) return;
  const ssize_t written = ::write(file_.get(), gathered_.data(), gathered_.size());
  if (written < 0) {
    is_stuck_ = true;
    errors_.add(io::system_error("write", path_, errno).message, monotonic_now());
    return;
  }
  is_stuck_ = static_cast<std::size_t>(written) < gathered_.size();
  gathered_.erase(0, static_cast<std::size_t>(written));
}

void AccessLog::follow() {
  if (path_.empty()) return;
  struct stat ours {};
  struct stat there {};
  const bool is_same = file_ && ::fstat(file_.get(), &ours) == 0 &&
                       ::stat(path_.c_str(), &there) == 0 && ours.st_ino == there.st_ino &&
                       ours.st_dev == there.st_dev;
  if (is_same) return;
  auto file = open_log(path_);
  if (file) {
    file_ = std::move(*file);
  } else {
    errors_.add(file.error().message, monotonic_now());
  }
}

}  // namespace flu::serve
