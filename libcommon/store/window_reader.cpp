#include "libcommon/store/window_reader.h"

#include <dirent.h>
#include <fcntl.h>
#include <sys/stat.h>

#include <cerrno>
#include <memory>

#include <fmt/format.h>

#include "libcommon/base/sha256.h"
#include "libcommon/container/mp4/init.h"
#include "libcommon/io/file.h"
#include "libcommon/io/system_error.h"
#include "libcommon/store/limits.h"
#include "libcommon/store/window_index.h"
#include "libcommon/store/window_names.h"

namespace flu::store {
namespace {

// Was the file replaced by another (rename) or removed since it was opened?
bool is_unlinked(int fd) {
  struct stat status {};
  return ::fstat(fd, &status) != 0 || status.st_nlink == 0;
}

// The one file named init-HASH.mp4 whose hash begins with the record's four bytes. A listing, but
// only when a reader meets an init for the first time.
Result<std::string> find_init(const std::string& folder, std::uint32_t init_hash) {
  const std::unique_ptr<DIR, int (*)(DIR*)> listing(::opendir(folder.c_str()), &::closedir);
  if (listing == nullptr) return io::fail_system("open", folder, errno);
  const std::string prefix = init_file_prefix(init_hash);
  while (const dirent* entry = ::readdir(listing.get())) {
    const std::string_view name = static_cast<const char*>(entry->d_name);
    if (name.starts_with(prefix) && name.ends_with(".mp4")) return in_folder(folder, name);
  }
  return fail(ErrorCode::kNotFound, fmt::format("{}: no {}*.mp4", folder, prefix));
}

}  // namespace

Result<WindowReader> WindowReader::open(const std::string& folder) {
  WindowReader reader;
  reader.folder_ = folder;
  reader.index_path_ = in_folder(folder, kWindowIndexFile);
  FLU_TRY(reader.reopen());
  FLU_TRY(reader.refresh());
  return reader;
}

Result<void> WindowReader::reopen() {
  FLU_TRY_ASSIGN(index_, io::open_file(index_path_, O_RDONLY));
  return {};
}

Result<const WindowSnapshot*> WindowReader::refresh() {
  if (is_unlinked(index_.get())) FLU_TRY(reopen());
  auto done = read_once();
  if (!done) done = read_once();
  if (!done && !has_snapshot_) return tl::unexpected(std::move(done).error());
  return &snapshot_;
}

Result<void> WindowReader::read_once() {
  FLU_TRY_ASSIGN(const WindowHeader header, read_window_header(index_.get(), index_path_));
  if (has_snapshot_ && header.generation == snapshot_.generation) return {};
  FLU_TRY_ASSIGN(auto records, read_window_records(index_.get(), header, index_path_));
  snapshot_.generation = header.generation;
  snapshot_.target_duration = header.target_duration;
  snapshot_.part_target = header.part_target;
  snapshot_.playlist_segments = header.playlist_segments;
  snapshot_.has_ended = header.has_ended;
  snapshot_.run_start = header.run_start;
  snapshot_.segments = std::move(records);
  has_snapshot_ = true;
  return {};
}

Result<UniqueFd> WindowReader::open_segment(const segment::IndexRecord& record) const {
  return io::open_file(in_folder(folder_, segment_file(record.start)), O_RDONLY);
}

Result<Buffer> WindowReader::init(const segment::IndexRecord& record) const {
  FLU_TRY_ASSIGN(const std::string path, find_init(folder_, record.init_hash));
  FLU_TRY_ASSIGN(Buffer bytes, io::read_file(path, kMaxInitBytes));
  if (init_hash_of(sha256(bytes)) != record.init_hash) {
    return fail(ErrorCode::kMalformed, fmt::format("{}: content does not match its name", path));
  }
  return bytes;
}

Result<media::Tracks> WindowReader::tracks(const segment::IndexRecord& record) const {
  FLU_TRY_ASSIGN(const Buffer bytes, init(record));
  return container::parse_init(bytes);
}

}  // namespace flu::store
