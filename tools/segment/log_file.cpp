#include "tools/segment/log_file.h"

#include <fcntl.h>
#include <sys/stat.h>
#include <sys/uio.h>
#include <unistd.h>

#include <algorithm>
#include <array>
#include <cerrno>

#include <fmt/format.h>

#include "libcommon/base/byte_reader.h"
#include "libcommon/io/file.h"
#include "libcommon/io/system_error.h"

namespace flu::hub {
namespace {

constexpr std::size_t kBoxHeader = 8;
constexpr std::uint32_t kMdat = 0x6D646174;  // "mdat"

iovec part_of(Bytes bytes) {
  return {const_cast<std::uint8_t*>(bytes.data()), bytes.size()};
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
  file->size_ = static_cast<std::uint64_t>(status.st_size);
  return file;
}

Result<std::uint64_t> LogFile::append(Bytes header, Bytes payload) {
  const std::uint64_t begin = size_;
  const std::uint64_t payload_at = begin + header.size();
  while (!header.empty() || !payload.empty()) {
    const std::array<iovec, 2> parts = {part_of(header), part_of(payload)};
    const ssize_t done =
        ::pwritev(fd_.get(), parts.data(), parts.size(), static_cast<off_t>(size_));
    if (done < 0 && errno == EINTR) continue;
    if (done <= 0) {
      const int error = done < 0 ? errno : ENOSPC;
      size_ = begin;
      if (::ftruncate(fd_.get(), static_cast<off_t>(begin)) != 0) {
        return io::fail_system("truncate", path_, errno);
      }
      return io::fail_system("write", path_, error);
    }
    const auto count = static_cast<std::size_t>(done);
    const std::size_t of_header = std::min(count, header.size());
    header = header.subspan(of_header);
    payload = payload.subspan(count - of_header);
    size_ += count;
  }
  return payload_at;
}

Result<std::uint64_t> LogFile::next_boundary(std::uint64_t position) const {
  if (position <= head_size_) return head_size_;
  std::uint64_t at = head_size_;
  for (const std::uint64_t key : keys_) {
    if (key <= position) at = key;
  }
  bool is_behind_fragment = true;
  while (at < size_ && (at < position || !is_behind_fragment)) {
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
