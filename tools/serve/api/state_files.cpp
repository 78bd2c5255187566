// Tested by tests/e2e/serve/api-curl.sh
#include "tools/serve/api/state_files.h"

#include <sys/stat.h>

#include <algorithm>
#include <chrono>
#include <utility>

#include <fmt/format.h>

#include "libcommon/io/file.h"
#include "libcommon/store/window_names.h"

namespace flu::serve {
namespace {

using std::chrono::milliseconds;

constexpr std::size_t kMaxFile = 256 << 20;  // 10 000 streams have about 20 MiB

std::optional<milliseconds> file_age(const std::string& path) {
  struct stat status {};
  if (::stat(path.c_str(), &status) != 0) return std::nullopt;
  const auto written = std::chrono::seconds(status.st_mtim.tv_sec) +
                       std::chrono::nanoseconds(status.st_mtim.tv_nsec);
  const auto age =
      std::chrono::duration_cast<milliseconds>(wall_now().time_since_epoch() - written);
  return std::max(age, milliseconds(0));
}

}  // namespace

std::shared_ptr<const nlohmann::json> StateFiles::state(const std::string& name) {
  return read(fmt::format("{}/{}.json", run_dir_.state(), name));
}

std::shared_ptr<const nlohmann::json> StateFiles::conf(const std::string& name) {
  return read(fmt::format("{}/{}.json", run_dir_.conf(), name));
}

std::optional<milliseconds> StateFiles::age(const std::string& name) const {
  return file_age(fmt::format("{}/{}.json", run_dir_.state(), name));
}

std::shared_ptr<const nlohmann::json> StateFiles::read(const std::string& path) {
  struct stat status {};
  Entry& entry = entries_[path];
  if (::stat(path.c_str(), &status) != 0) {
    entry = {};
    return nullptr;
  }
  const auto changed = std::int64_t{status.st_mtim.tv_sec} * 1'000'000'000 + status.st_mtim.tv_nsec;
  if (entry.content && entry.inode == status.st_ino && entry.changed == changed) {
    return entry.content;
  }
  const auto content = io::read_file(path, kMaxFile);
  if (!content) return nullptr;
  auto object = nlohmann::json::parse(content->begin(), content->end(), nullptr, false);
  if (!object.is_object()) return nullptr;
  entry = {status.st_ino, changed, std::make_shared<const nlohmann::json>(std::move(object))};
  return entry.content;
}

// The growing segment is written as frames come, at most 0.2 s behind. At a cut it has another name
// for a moment.
std::optional<milliseconds> StateFiles::frame_age(std::string_view stream) const {
  const std::string folder = run_dir_.live(stream);
  for (const auto name : {store::kCurrentFile, store::kPreviousFile, store::kCurrentFile}) {
    if (const auto age = file_age(store::in_folder(folder, name))) return age;
  }
  return std::nullopt;
}

bool StateFiles::has_window(std::string_view stream) const {
  struct stat status {};
  return ::stat(run_dir_.live(stream).c_str(), &status) == 0;
}

}  // namespace flu::serve
