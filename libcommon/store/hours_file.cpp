#include "libcommon/store/hours_file.h"

#include <fcntl.h>
#include <sys/stat.h>

#include <algorithm>
#include <array>
#include <cerrno>

#include "libcommon/io/file.h"
#include "libcommon/io/system_error.h"
#include "libcommon/store/archive_names.h"
#include "libcommon/store/durable_file.h"
#include "libcommon/store/window_names.h"

namespace flu::store {
namespace {

using segment::Hour;
using segment::kHoursHeaderSize;
using segment::kSummarySize;

// A century: an array from a clock that began in 2001 to today is sparse, one of more is damaged.
constexpr Hour kMostHours = 100 * 366 * 24;

}  // namespace

Result<HoursFile> HoursFile::open(const std::string& folder, const segment::StreamUuid& uuid) {
  HoursFile out;
  out.path_ = in_folder(folder, kHoursFile);
  out.uuid_ = uuid;
  auto file = io::open_file(out.path_, O_RDWR);
  if (!file && file.error().code != ErrorCode::kNotFound) {
    return tl::unexpected(std::move(file).error());
  }
  if (file) {
    FLU_TRY_ASSIGN(const Buffer head, io::pread_up_to(file->get(), kHoursHeaderSize, 0, out.path_));
    const auto header = segment::parse_hours_header(head);
    if (header && header->summary_size == kSummarySize) {
      out.file_ = std::move(*file);
      out.header_ = *header;
      return out;
    }
  }
  out.was_made_ = true;
  return out;
}

// A new file, with the hours of the old one where it begins later.
Result<void> HoursFile::start_with(Hour first) {
  Buffer content;
  segment::HoursHeader header;
  header.first = first;
  header.uuid = uuid_;
  append(content, segment::write_hours_header(header));
  if (file_) {
    struct stat status {};
    if (::fstat(file_.get(), &status) != 0) return io::fail_system("stat", path_, errno);
    const auto size = static_cast<std::size_t>(std::max<off_t>(status.st_size, 0));
    FLU_TRY_ASSIGN(const Buffer old, io::pread_up_to(file_.get(), size, 0, path_));
    content.resize(kHoursHeaderSize + std::size_t{header_.first - first} * kSummarySize);
    if (old.size() > kHoursHeaderSize) append(content, Bytes(old).subspan(kHoursHeaderSize));
  }
  FLU_TRY(replace_durably(path_, content));
  FLU_TRY_ASSIGN(file_, io::open_file(path_, O_RDWR));
  header_ = header;
  return {};
}

Result<void> HoursFile::write(Hour hour, Bytes summary) {
  const std::uint64_t at = kHoursHeaderSize + std::uint64_t{hour - header_.first} * kSummarySize;
  return io::pwrite_all(file_.get(), summary, at, path_);
}

Result<void> HoursFile::put(const segment::HourSummary& summary) {
  const bool is_far = file_ && summary.hour > header_.first + kMostHours;
  if (is_far) {
    return fail(ErrorCode::kLimitExceeded,
                fmt::format("{}: more than a century from its first hour", path_));
  }
  if (replaces_for(summary.hour)) FLU_TRY(start_with(summary.hour));
  return write(summary.hour, segment::write_summary(summary));
}

Result<void> HoursFile::remove(Hour hour) {
  if (!file_ || hour < header_.first) return {};
  struct stat status {};
  if (::fstat(file_.get(), &status) != 0) return io::fail_system("stat", path_, errno);
  const std::uint64_t at = kHoursHeaderSize + std::uint64_t{hour - header_.first} * kSummarySize;
  if (at >= static_cast<std::uint64_t>(status.st_size)) return {};
  return write(hour, std::array<std::uint8_t, kSummarySize>{});
}

Result<void> HoursFile::sync() {
  if (!file_) return {};
  return sync_data(file_.get(), path_);
}

Result<std::vector<KnownHour>> read_hours(int fd, Hour from, Hour to, std::string_view name) {
  FLU_TRY_ASSIGN(const Buffer head, io::pread_up_to(fd, kHoursHeaderSize, 0, name));
  FLU_TRY_ASSIGN(const segment::HoursHeader header, segment::parse_hours_header(head));
  struct stat status {};
  if (::fstat(fd, &status) != 0) return io::fail_system("stat", name, errno);
  const auto size = static_cast<std::uint64_t>(std::max<off_t>(status.st_size, 0));
  const std::uint64_t count =
      size < kHoursHeaderSize ? 0 : (size - kHoursHeaderSize) / header.summary_size;
  const Hour first = std::max(from, header.first);
  const auto past = static_cast<Hour>(
      std::min<std::uint64_t>(to, header.first + std::min<std::uint64_t>(count, kMostHours)));
  std::vector<KnownHour> out;
  if (first >= past) return out;
  FLU_TRY_ASSIGN(
      const Buffer rows,
      io::pread_up_to(fd, std::size_t{past - first} * header.summary_size,
                      kHoursHeaderSize + std::uint64_t{first - header.first} * header.summary_size,
                      name));
  Hour hour = first;
  for (Bytes rest = rows; rest.size() >= header.summary_size;
       rest = rest.subspan(header.summary_size), ++hour) {
    const auto summary = segment::parse_summary(rest.first(kSummarySize));
    if (summary && !*summary) continue;
    KnownHour known{hour, std::nullopt};
    if (summary && (*summary)->hour == hour) known.summary = **summary;
    out.push_back(known);
  }
  return out;
}

}  // namespace flu::store
