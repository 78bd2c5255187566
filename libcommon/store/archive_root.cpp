#include "libcommon/store/archive_root.h"

#include <fcntl.h>
#include <sys/random.h>
#include <sys/stat.h>
#include <unistd.h>

#include <array>
#include <cerrno>
#include <filesystem>
#include <optional>
#include <system_error>

#include <fmt/format.h>

#include "libcommon/base/bytes.h"
#include "libcommon/base/sha256.h"
#include "libcommon/io/file.h"
#include "libcommon/io/system_error.h"
#include "libcommon/store/archive_names.h"
#include "libcommon/store/durable_file.h"
#include "libcommon/store/window_names.h"

namespace flu::store {
namespace {

constexpr std::size_t kMaxMark = 256;

// Where what stands in a root's mark is remembered.
std::string memory_file(const std::string& path, const std::string& memory) {
  return fmt::format("{}/archive-roots/{}", memory, to_hex(Bytes(sha256(as_bytes(path))).first(8)));
}

Result<std::optional<std::string>> read_mark(const std::string& file) {
  auto content = io::read_file(file, kMaxMark);
  if (content) return std::string(as_text(*content));
  if (content.error().code == ErrorCode::kNotFound) return std::optional<std::string>();
  return tl::unexpected(std::move(content).error());
}

Result<std::string> make_mark() {
  std::array<std::uint8_t, 16> id{};
  if (::getrandom(id.data(), id.size(), 0) < 0) return io::fail_system("getrandom", "", errno);
  return to_hex(id) + "\n";
}

Result<void> sync_folders_above(const std::string& path) {
  std::error_code error;
  auto folder = std::filesystem::absolute(path, error);
  if (error) return fail(ErrorCode::kUnavailable, fmt::format("{}: {}", path, error.message()));
  while (folder.has_relative_path()) {
    folder = folder.parent_path();
    // One that may not be read is not one that we have made.
    auto done = sync_folder(folder.string());
    if (!done && done.error().code != ErrorCode::kDenied) return done;
  }
  return {};
}

Result<void> remember(const std::string& file, const std::string& mark) {
  FLU_TRY(io::make_directories(std::filesystem::path(file).parent_path().string()));
  return replace_durably(file, as_bytes(mark));
}

tl::unexpected<Error> not_mounted(const std::string& path) {
  return fail(ErrorCode::kUnavailable,
              fmt::format("{}: no {} in it, as there was before: its disk is not mounted. If it "
                          "is to be recorded to from now on: flu-dvr adopt --root {}",
                          path, kRootMark, path));
}

}  // namespace

Result<void> ArchiveRoot::open_folder(const std::string& path) {
  path_ = path;
  FLU_TRY_ASSIGN(folder_, io::open_file(path, O_RDONLY | O_DIRECTORY));
  base_ = fmt::format("/proc/self/fd/{}", folder_.get());
  return {};
}

Result<ArchiveRoot> ArchiveRoot::open(const std::string& path, const std::string& memory) {
  const std::string known_file = memory_file(path, memory);
  FLU_TRY_ASSIGN(const auto known, read_mark(known_file));
  if (!known) FLU_TRY(io::make_directories(path));
  ArchiveRoot root;
  FLU_TRY(root.open_folder(path));
  const std::string mark_file = in_folder(root.base_, kRootMark);
  FLU_TRY_ASSIGN(auto mark, read_mark(mark_file));
  if (!mark && known) return not_mounted(path);
  if (!mark) {
    FLU_TRY(sync_folders_above(path));  // some of them may be new
    FLU_TRY_ASSIGN(mark, make_mark());
    if (auto done = replace_durably(mark_file, as_bytes(*mark)); !done) {
      return tl::unexpected(root.readable(std::move(done).error()));
    }
  }
  // Another disk that was a root before is one that the operator has put there.
  if (!known || *known != *mark) FLU_TRY(remember(known_file, *mark));
  return root;
}

Result<ArchiveRoot> ArchiveRoot::open_existing(const std::string& path, const std::string& memory) {
  ArchiveRoot root;
  FLU_TRY(root.open_folder(path));
  FLU_TRY_ASSIGN(const auto mark, read_mark(in_folder(root.base_, kRootMark)));
  if (mark) return root;
  FLU_TRY_ASSIGN(const auto known, read_mark(memory_file(path, memory)));
  if (known) return not_mounted(path);
  return fail(ErrorCode::kNotFound, fmt::format("{}: no archives are there", path));
}

Result<void> ArchiveRoot::adopt(const std::string& path, const std::string& memory) {
  FLU_TRY_ASSIGN(auto mark, read_mark(in_folder(path, kRootMark)));
  if (!mark) {
    FLU_TRY_ASSIGN(mark, make_mark());
    FLU_TRY(replace_durably(in_folder(path, kRootMark), as_bytes(*mark)));
  }
  return remember(memory_file(path, memory), *mark);
}

bool ArchiveRoot::is_in_place() const {
  struct stat ours {};
  struct stat now {};
  return ::fstat(folder_.get(), &ours) == 0 && ::stat(path_.c_str(), &now) == 0 &&
         ours.st_dev == now.st_dev && ours.st_ino == now.st_ino;
}

Result<void> ArchiveRoot::sync() const {
  if (::syncfs(folder_.get()) != 0) return io::fail_system("syncfs", path_, errno);
  return {};
}

Error ArchiveRoot::readable(Error error) const {
  for (auto at = error.message.find(base_); at != std::string::npos;
       at = error.message.find(base_, at + path_.size())) {
    error.message.replace(at, base_.size(), path_);
  }
  return error;
}

}  // namespace flu::store
