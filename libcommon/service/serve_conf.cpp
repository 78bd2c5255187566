#include "libcommon/service/serve_conf.h"

#include <sys/stat.h>

#include <chrono>
#include <utility>

#include <nlohmann/json.hpp>

#include "libcommon/io/file.h"

namespace flu::service {
namespace {

using nlohmann::json;

constexpr auto kLookInterval = std::chrono::milliseconds(500);
constexpr std::size_t kMaxConf = 64 << 20;

}  // namespace

ServeConf::ServeConf(const RunDir& run_dir) : path_(run_dir.conf() + "/serve.json") {}

bool ServeConf::refresh(MonotonicTime now) {
  if (now < next_look_) return false;
  next_look_ = now + kLookInterval;
  struct stat status {};
  if (::stat(path_.c_str(), &status) != 0) {
    file_ = 0;
    modified_.reset();
    const bool had_streams = !streams_.empty();
    streams_.clear();
    return had_streams;
  }
  // Replaced by rename: another file. An inode may be used again, hence the time too.
  const auto change =
      static_cast<std::int64_t>(status.st_mtim.tv_sec) * 1'000'000'000 + status.st_mtim.tv_nsec;
  if (file_ == status.st_ino && changed_ == change) return false;
  const auto content = io::read_file(path_, kMaxConf);
  if (!content || !take({content->begin(), content->end()})) return false;
  file_ = status.st_ino;
  changed_ = change;
  modified_ = io::modified_at(path_);
  return true;
}

bool ServeConf::take(const std::string& text) {
  const json conf = json::parse(text, nullptr, false);
  if (!conf.is_object()) return false;
  streams_.clear();
  const auto streams = conf.find("streams");
  if (streams == conf.end() || !streams->is_array()) return true;
  for (const json& entry : *streams) {
    if (!entry.is_object()) continue;
    const auto name = entry.find("name");
    if (name == entry.end() || !name->is_string()) continue;
    streams_.insert_or_assign(name->get<std::string>(), parse_stream_options(entry));
  }
  return true;
}

const StreamOptions* ServeConf::find(std::string_view stream) const {
  const auto found = streams_.find(stream);
  return found == streams_.end() ? nullptr : &found->second;
}

const StreamOptions& ServeConf::of(std::string_view stream) const {
  const StreamOptions* const found = find(stream);
  return found == nullptr ? defaults_ : *found;
}

}  // namespace flu::service
