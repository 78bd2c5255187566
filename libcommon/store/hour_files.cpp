#include "libcommon/store/hour_files.h"

#include <unistd.h>

#include <algorithm>
#include <array>
#include <cerrno>
#include <charconv>
#include <filesystem>
#include <optional>
#include <string_view>
#include <system_error>

#include <fmt/format.h>

#include "libcommon/io/system_error.h"
#include "libcommon/store/archive_names.h"
#include "libcommon/store/durable_file.h"
#include "libcommon/store/window_names.h"

namespace flu::store {
namespace {

namespace fs = std::filesystem;
using segment::Hour;

// "3.mp4"
std::optional<std::uint16_t> blob_number(std::string_view rest) {
  constexpr std::string_view kEnding = ".mp4";
  if (!rest.ends_with(kEnding)) return std::nullopt;
  rest.remove_suffix(kEnding.size());
  std::uint16_t number = 0;
  const auto [end, error] = std::from_chars(rest.data(), rest.data() + rest.size(), number);
  if (error != std::errc() || end != rest.data() + rest.size()) return std::nullopt;
  if (fmt::format("{}", number) != rest) return std::nullopt;
  return number;
}

Result<void> unlink_file(const std::string& name) {
  if (::unlink(name.c_str()) == 0 || errno == ENOENT || errno == ENOTDIR) return {};
  return io::fail_system("remove", name, errno);
}

// False: something is in it.
Result<bool> remove_if_empty(const std::string& folder) {
  if (::rmdir(folder.c_str()) == 0 || errno == ENOENT) return true;
  if (errno == ENOTEMPTY || errno == EEXIST) return false;
  return io::fail_system("remove", folder, errno);
}

Result<void> sync_if_there(const std::string& folder) {
  if (::access(folder.c_str(), F_OK) != 0 && errno == ENOENT) return {};
  return sync_folder(folder);
}

// YYYY/MM/DD, then YYYY/MM and YYYY.
Result<bool> remove_empty_folders(const std::string& folder, Hour hour, const MayGoOn& may_go_on) {
  const std::string day = day_folder(hour);
  constexpr std::array<std::size_t, 3> kLengths{10, 7, 4};
  std::string left = folder;
  for (const std::size_t length : kLengths) {
    if (!may_go_on()) return false;
    const std::string path = in_folder(folder, std::string_view(day).substr(0, length));
    FLU_TRY_ASSIGN(const bool is_gone, remove_if_empty(path));
    if (is_gone) continue;
    left = path;
    break;
  }
  FLU_TRY(sync_folder(left));
  return true;
}

}  // namespace

Result<HourFiles> find_hour_files(const std::string& folder, Hour hour) {
  HourFiles out;
  const std::string day = day_folder(hour);
  const std::string prefix = fmt::format("{:02}.", hour % 24);
  std::error_code error;
  for (fs::directory_iterator entry(in_folder(folder, day), error), end; !error && entry != end;
       entry.increment(error)) {
    const std::string name = entry->path().filename().string();
    if (!name.starts_with(prefix)) continue;
    const std::string_view rest = std::string_view(name).substr(prefix.size());
    if (const auto number = blob_number(rest)) out.blobs.push_back(*number);
    if (rest == "jpgs" || rest == "jix") out.pictures.push_back(in_folder(day, name));
    if (rest == "idx") out.has_index = true;
  }
  if (error && error != std::errc::no_such_file_or_directory) {
    return fail(ErrorCode::kUnavailable,
                fmt::format("list {}: {}", in_folder(folder, day), error.message()));
  }
  std::sort(out.blobs.begin(), out.blobs.end());
  return out;
}

Result<bool> remove_blob(const std::string& folder, Hour hour, std::uint16_t number,
                         const MayGoOn& may_go_on) {
  if (!may_go_on()) return false;
  FLU_TRY(unlink_file(in_folder(folder, blob_file(hour, number))));
  FLU_TRY(sync_if_there(in_folder(folder, day_folder(hour))));
  return true;
}

Result<bool> remove_hour(const std::string& folder, Hour hour, const MayGoOn& may_go_on) {
  FLU_TRY_ASSIGN(const HourFiles files, find_hour_files(folder, hour));
  const std::string day = in_folder(folder, day_folder(hour));
  for (const std::uint16_t number : files.blobs) {
    if (!may_go_on()) return false;
    FLU_TRY(unlink_file(in_folder(folder, blob_file(hour, number))));
  }
  for (const std::string& pictures : files.pictures) {
    if (!may_go_on()) return false;
    FLU_TRY(unlink_file(in_folder(folder, pictures)));
  }
  if (files.has_index) {
    if (!may_go_on()) return false;
    // No blob may come back by a power cut without its index.
    FLU_TRY(sync_if_there(day));
    FLU_TRY(unlink_file(in_folder(folder, hour_index_file(hour))));
  }
  if (!may_go_on()) return false;
  FLU_TRY(sync_if_there(day));
  return remove_empty_folders(folder, hour, may_go_on);
}

}  // namespace flu::store
