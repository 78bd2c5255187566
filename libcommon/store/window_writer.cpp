#include "libcommon/store/window_writer.h"

#include <dirent.h>
#include <fcntl.h>
#include <sys/random.h>
#include <sys/stat.h>
#include <unistd.h>

#include <algorithm>
#include <cerrno>
#include <cstdio>
#include <memory>
#include <utility>

#include <fmt/format.h>

#include "libcommon/base/clock.h"
#include "libcommon/base/sha256.h"
#include "libcommon/io/file.h"
#include "libcommon/io/system_error.h"
#include "libcommon/store/limits.h"
#include "libcommon/store/window_names.h"

namespace flu::store {
namespace {

// Segments that are cut short (a source that flaps) stay as long as others, so more of them are
// there at a time; when even these slots run out, the oldest go early.
std::uint32_t capacity_for(const WindowSettings& settings) {
  const std::uint64_t wanted = std::uint64_t{settings.kept_segments} * 4 + 64;
  return static_cast<std::uint32_t>(std::min<std::uint64_t>(wanted, kMaxWindowRecords));
}

bool is_there(const std::string& path) {
  struct stat status {};
  return ::stat(path.c_str(), &status) == 0 && S_ISREG(status.st_mode);
}

std::vector<std::string> list_folder(const std::string& folder) {
  std::vector<std::string> names;
  const std::unique_ptr<DIR, int (*)(DIR*)> listing(::opendir(folder.c_str()), &::closedir);
  if (listing == nullptr) return names;
  while (const dirent* entry = ::readdir(listing.get())) {
    names.emplace_back(static_cast<const char*>(entry->d_name));
  }
  return names;
}

}  // namespace

std::size_t count_to_keep(const std::vector<segment::IndexRecord>& records,
                          const WindowSettings& settings) {
  const std::size_t playlist = std::max<std::size_t>(settings.playlist_segments, 1);
  std::size_t keep = std::max<std::size_t>(settings.kept_segments, playlist);
  if (keep >= records.size()) return records.size();
  // The candidate `at` stood last in the playlist at .. at + playlist - 1 and left it when the
  // segment at + playlist came; `newer` is what came since.
  std::size_t at = records.size() - keep - 1;
  std::uint64_t length = 0;
  for (std::size_t i = at; i < at + playlist; ++i) length += records[i].duration;
  std::uint64_t newer = 0;
  for (std::size_t i = at + playlist + 1; i < records.size(); ++i) newer += records[i].duration;
  while (newer < length + static_cast<std::uint64_t>(settings.target.count())) {
    ++keep;
    if (at == 0) break;
    newer += records[at + playlist].duration;
    length -= records[at + playlist - 1].duration;
    --at;
    length += records[at].duration;
  }
  return keep;
}

std::string WindowWriter::path(std::string_view file) const {
  return in_folder(folder_, file);
}

Result<WindowWriter> WindowWriter::open(const std::string& folder, const WindowSettings& settings) {
  WindowWriter writer;
  writer.folder_ = folder;
  writer.settings_ = settings;
  writer.playlist_limit_ = writer.header_.playlist_segments = settings.playlist_segments;
  // Readers compare generations: one that starts at the time is never an old window's again.
  writer.header_.generation = static_cast<std::uint64_t>(wall_now().time_since_epoch().count());
  if (::getrandom(writer.header_.uuid.data(), writer.header_.uuid.size(), 0) < 0) {
    return io::fail_system("getrandom", folder, errno);
  }
  const std::string name = writer.path(kWindowIndexFile);
  if (const auto old = io::open_file(name, O_RDONLY)) {
    // An index that cannot be read counts as none: the numbers then start at the UTC second.
    if (auto content = read_window(old->get(), name)) {
      writer.header_.generation = std::max(writer.header_.generation, content->header.generation);
      writer.header_.uuid = content->header.uuid;
      writer.header_.target_duration = content->header.target_duration;
      writer.header_.part_target = content->header.part_target;
      writer.header_.head = content->header.head;
      writer.header_.playlist_segments = content->header.playlist_segments;
      writer.header_.run_start = content->header.run_start;
      writer.records_ = std::move(content->records);
    }
  }
  const auto missing = std::find_if(
      writer.records_.rbegin(), writer.records_.rend(),
      [&](const auto& record) { return !is_there(writer.path(segment_file(record.start))); });
  writer.drop_oldest(static_cast<std::size_t>(missing.base() - writer.records_.begin()));
  for (std::string& file : list_folder(folder)) {
    if (file.starts_with("init-") && file.ends_with(".mp4")) {
      writer.init_files_.push_back(std::move(file));
    }
  }
  FLU_TRY(writer.create_index());
  return writer;
}

void WindowWriter::drop_oldest(std::size_t count) {
  for (std::size_t i = 1; i <= count && i < records_.size(); ++i) {
    if (begins_run(records_[i - 1], records_[i])) header_.run_start = records_[i].start;
  }
  records_.erase(records_.begin(), records_.begin() + static_cast<std::ptrdiff_t>(count));
}

// A new file by rename, with every slot allocated, so that a full file system cannot stop a later
// change of the index.
Result<void> WindowWriter::create_index() {
  header_.capacity = capacity_for(settings_);
  if (records_.size() > header_.capacity) FLU_TRY(evict(records_.size() - header_.capacity));
  header_.tail = header_.head - records_.size();
  header_.has_ended = false;
  header_.generation += 1;
  const std::string fresh = path(kWindowIndexFile) + ".new";
  FLU_TRY_ASSIGN(UniqueFd file, io::open_file(fresh, O_RDWR | O_CREAT | O_TRUNC));
  const auto size =
      static_cast<off_t>(kWindowHeaderSize + std::uint64_t{header_.capacity} * header_.record_size);
  if (const int error = ::posix_fallocate(file.get(), 0, size); error != 0) {
    return io::fail_system("allocate", fresh, error);
  }
  for (std::size_t i = 0; i < records_.size(); ++i) {
    const auto bytes = segment::write_record(records_[i]);
    FLU_TRY(io::pwrite_all(file.get(), bytes, record_offset(header_, header_.tail + i), fresh));
  }
  FLU_TRY(io::pwrite_all(file.get(), write_window_header(header_), 0, fresh));
  if (::rename(fresh.c_str(), path(kWindowIndexFile).c_str()) != 0) {
    return io::fail_system("rename", fresh, errno);
  }
  index_ = std::move(file);
  return {};
}

Result<void> WindowWriter::publish_header() {
  header_.generation += 1;
  return io::pwrite_all(index_.get(), write_window_header(header_), 0, path(kWindowIndexFile));
}

void WindowWriter::raise_target_duration(std::uint32_t seconds) {
  header_.target_duration = std::max(header_.target_duration, seconds);
}

Result<void> WindowWriter::append(const segment::IndexRecord& record) {
  if (!records_.empty() &&
      (record.seq <= records_.back().seq || record.start <= records_.back().start)) {
    return fail(
        ErrorCode::kInvalidArgument,
        fmt::format("{}: segment {} at {} after segment {} at {}", folder_, record.seq,
                    record.start.count(), records_.back().seq, records_.back().start.count()));
  }
  if (records_.size() == header_.capacity) FLU_TRY(evict(1));
  FLU_TRY(io::pwrite_all(index_.get(), segment::write_record(record),
                         record_offset(header_, header_.head), path(kWindowIndexFile)));
  // All that came before is gone, so its tracks are not known.
  if (records_.empty() && header_.head > 0) header_.run_start = record.start;
  records_.push_back(record);
  header_.head += 1;
  header_.has_ended = false;
  // One more than before at most: a playlist never goes back to what has left it.
  const auto wanted =
      static_cast<std::uint32_t>(count_shown(records_, playlist_limit_, header_.target_duration));
  header_.playlist_segments = std::min(wanted, header_.playlist_segments + 1);
  WindowSettings shown = settings_;
  shown.playlist_segments = header_.playlist_segments;
  const std::size_t surplus = records_.size() - count_to_keep(records_, shown);
  if (surplus > 0) return evict(surplus);
  return publish_header();
}

// First the index, then the files: no reader is ever told of a file that is gone.
Result<void> WindowWriter::evict(std::size_t count) {
  count = std::min(count, records_.size());
  const std::vector<segment::IndexRecord> gone(
      records_.begin(), records_.begin() + static_cast<std::ptrdiff_t>(count));
  drop_oldest(count);
  header_.tail = header_.head - records_.size();
  if (index_) FLU_TRY(publish_header());
  for (const auto& record : gone) ::unlink(path(segment_file(record.start)).c_str());
  drop_unused_inits();
  return {};
}

Result<void> WindowWriter::change(const WindowSettings& settings) {
  settings_ = settings;
  set_playlist_limit(settings.playlist_segments);
  return create_index();
}

Result<void> WindowWriter::shrink(std::size_t count) {
  if (records_.size() <= count) return {};
  return evict(records_.size() - count);
}

Result<void> WindowWriter::limit_playlist(std::uint32_t segments) {
  set_playlist_limit(std::min(segments, settings_.playlist_segments));
  return publish_header();
}

void WindowWriter::set_playlist_limit(std::uint32_t segments) {
  playlist_limit_ = segments;
  header_.playlist_segments = std::min(header_.playlist_segments, segments);
}

Result<void> WindowWriter::set_ended(bool has_ended) {
  if (header_.has_ended == has_ended) return {};
  header_.has_ended = has_ended;
  return publish_header();
}

Result<std::uint32_t> WindowWriter::keep_init(Bytes init) {
  const Sha256Digest hash = sha256(init);
  const std::string name = init_file(hash);
  if (!is_there(path(name))) FLU_TRY(io::replace_file(path(name), init));
  if (std::find(init_files_.begin(), init_files_.end(), name) == init_files_.end()) {
    init_files_.push_back(name);
  }
  current_init_ = init_hash_of(hash);
  return current_init_;
}

void WindowWriter::drop_unused_inits() {
  std::erase_if(init_files_, [&](const std::string& name) {
    const auto is_named = [&](std::uint32_t hash) {
      return name.starts_with(init_file_prefix(hash));
    };
    const bool is_used = is_named(current_init_) ||
                         std::any_of(records_.begin(), records_.end(), [&](const auto& record) {
                           return is_named(record.init_hash);
                         });
    if (!is_used) ::unlink(path(name).c_str());
    return !is_used;
  });
}

void WindowWriter::sweep() const {
  const auto is_wanted = [&](std::string_view name) {
    if (name == kCurrentFile || name == kPreviousFile) return true;
    if (name.starts_with(init_file_prefix(current_init_))) return true;
    return std::any_of(records_.begin(), records_.end(), [&](const auto& record) {
      return name == segment_file(record.start) ||
             name.starts_with(init_file_prefix(record.init_hash));
    });
  };
  for (const std::string& name : list_folder(folder_)) {
    const bool is_media = name.ends_with(".mp4") || name.ends_with(".new");
    if (is_media && !is_wanted(name)) ::unlink(path(name).c_str());
  }
  // The picture of a window that is gone: nothing here is older than the stream.
  if (records_.empty()) ::unlink(path(kThumbnailFile).c_str());
}

void WindowWriter::remove() {
  records_.clear();
  for (const std::string& name : list_folder(folder_)) {
    const bool is_media = name.ends_with(".mp4") || name.ends_with(".new");
    if (is_media || name == kWindowIndexFile || name == kThumbnailFile) {
      ::unlink(path(name).c_str());
    }
  }
}

}  // namespace flu::store
