#include "tools/serve/http/access_log.h"

#include <fcntl.h>

#include <string_view>

#include <fmt/format.h>

#include "libcommon/base/bytes.h"
#include "libcommon/base/log.h"
#include "libcommon/io/file.h"
#include "libcommon/wire/http/date.h"

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

}  // namespace

Result<AccessLog> AccessLog::open(const std::string& path) {
  AccessLog log;
  if (path.empty()) return log;
  log.path_ = path;
  FLU_TRY_ASSIGN(log.file_, io::open_file(path, O_WRONLY | O_CREAT | O_APPEND));
  return log;
}

bool AccessLog::is_wanted() const {
  return file_.is_open() || is_logged(LogLevel::kDebug);
}

void AccessLog::add(const Entry& entry, WallTime now) {
  const Request& request = *entry.request;
  std::string line =
      fmt::format("{} - - [{}] \"{} {} HTTP/{}.{}\" {} {} \"{}\" \"{}\" {}", entry.client,
                  wire::write_log_date(now), quoted(request.method_name), quoted(request.target),
                  request.version / 10, request.version % 10, entry.status, entry.bytes,
                  quoted(request.referer), quoted(request.user_agent), entry.took.count());
  log_debug("{}", line);
  if (!file_) return;
  line += '\n';
  if (const auto done = io::write_all(file_.get(), as_bytes(line), path_); !done) {
    log_alert("access log: {}; no more is written to it", done.error().message);
    file_.reset();
  }
}

}  // namespace flu::serve
