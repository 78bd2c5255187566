#include "tools/segment/log_file.h"

#include <fcntl.h>
#include <sys/stat.h>
#include <sys/uio.h>
#include <unistd.h>

#include <algorithm>
#include <cerrno>
#include <span>

#include <fmt/format.h>

#include "libcommon/base/byte_reader.h"
#include "libcommon/io/file.h"
#include "libcommon/io/system_error.h"

namespace flu::hub {
namespace {

constexpr std::size_t kBoxHeader = 8;
constexpr std::size_t kMaxParts = 512;       // of one call; the kernel takes 1024
constexpr std::uint32_t kMdat = 0x6D646174;  // "mdat"

iovec part_of(Bytes bytes) {
  return {const_cast<std::uint8_t*>(bytes.data()), bytes.size()};
}

// All of `parts`; `at` moves behind them.
Result<void> write_parts(int fd, std::span<iovec> parts, std::uint64_t& at, std::string_view name) {
  while (!parts.empty()) {
    const ssize_t done =
        ::pwritev(fd, parts.data(), static_cast<int>(parts.size()), static_cast<off_t>(at));
    if (done < 0 && errno == EINTR) continue;
    if (done <= 0) return io::fail_system("write", name, done < 0 ? errno : ENOSPC);
    at += static_cast<std::uint64_t>(done);
    auto left = static_cast<std::size_t>(done);
    while (!parts.empty() && left >= parts.front().iov_len) {
      left -= parts.front().iov_len;
      parts = parts.subspan(1);
    }
    if (left > 0) {
      parts.front().iov_base = static_cast<std::uint8_t*>(parts.front().iov_base) + left;
      parts.front().iov_len -= left;
    }
  }
  return {};
}

}  // namespace

Result<std::shared_ptr<LogFile>> LogFile::create(const std::string& path,
                                                 std::uint64_t tracks_number) {
  FLU_TRY_ASSIGN(UniqueFd fd, io::open_file(path, O_RDWR | O_CREAT | O_TRUNC));
  return std::shared_ptr<LogFile>(new LogFile(std::move(fd), path, tracks_number));
}

Result<std::shared_ptr<LogFile>> LogFile::open(const std::string& path) {
  FLU_TRY_ASSIGN(UniqueFd fd, io::open_file(path, O_RDONLY));
  struct stat status {};
  if (::fstat(fd.get(), &status) != 0) return io::fail_system("stat", path, errno);
  std::shared_ptr<LogFile> file(new LogFile(std::move(fd), path, 0));
  file->size_ = file->written_ = static_cast<std::uint64_t>(status.st_size);
  return file;
}

std::uint64_t LogFile::append(Bytes header, Bytes payload) {
  flu::append(headers_, header);
  gathered_.push_back({headers_.size(), payload});
  size_ += header.size() + payload.size();
  return size_ - payload.size();
}

Result<void> LogFile::flush() {
  std::vector<iovec> parts;
  parts.reserve(std::min<std::size_t>(gathered_.size() * 2, kMaxParts));
  std::uint64_t at = written_;
  std::size_t header_begin = 0;
  for (std::size_t i = 0; i < gathered_.size(); ++i) {
    const Piece& piece = gathered_[i];
    parts.push_back(
        part_of(Bytes(headers_).subspan(header_begin, piece.header_end - header_begin)));
    if (!piece.payload.empty()) parts.push_back(part_of(piece.payload));
    header_begin = piece.header_end;
    if (i + 1 < gathered_.size() && parts.size() + 2 <= kMaxParts) continue;
    if (auto done = write_parts(fd_.get(), parts, at, path_); !done) {
      if (::ftruncate(fd_.get(), static_cast<off_t>(written_)) != 0) {
        return io::fail_system("truncate", path_, errno);
      }
      return done;
    }
    parts.clear();
  }
  written_ = size_;
  headers_.clear();
  gathered_.clear();
  return {};
}

void LogFile::give_up_gathered() {
  size_ = written_;
  headers_.clear();
  gathered_.clear();
}

Result<std::uint64_t> LogFile::next_boundary(std::uint64_t position) const {
  if (position <= head_size_) return head_size_;
  std::uint64_t at = head_size_;
  for (const std::uint64_t key : keys_) {
    if (key <= position) at = key;
  }
  bool is_behind_fragment = true;
  while (at < written_ && (at < position || !is_behind_fragment)) {
    FLU_TRY_ASSIGN(const Buffer bytes, io::pread_up_to(fd_.get(), kBoxHeader, at, path_));
    ByteReader reader(bytes);
    FLU_TRY_ASSIGN(const std::uint32_t size, reader.u32());
    FLU_TRY_ASSIGN(const std::uint32_t type, reader.u32());
    if (size < kBoxHeader) {
      return fail(ErrorCode::kMalformed, fmt::format("{}: box of {} bytes at {}", path_, size, at));
    }
    at += size;
    is_behind_fragment = type == kMdat;
  }
  return at;
}

}  // namespace flu::hub
