#include "tools/segment/log_file.h"

#include <fcntl.h>
#include <sys/stat.h>
#include <unistd.h>

#include <algorithm>
#include <cerrno>
#include <utility>

#include <fmt/format.h>

#include "libcommon/base/byte_reader.h"
#include "libcommon/io/file.h"
#include "libcommon/io/system_error.h"
#include "tools/segment/limits.h"

namespace flu::hub {
namespace {

constexpr std::size_t kBoxHeader = 8;
constexpr std::uint32_t kMdat = 0x6D646174;  // "mdat"

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
  flu::append(held_, header);
  flu::append(held_, payload);
  size_ += header.size() + payload.size();
  return size_ - payload.size();
}

Result<void> LogFile::flush() {
  if (held_.empty()) return {};
  if (auto done = io::pwrite_all(fd_.get(), held_, written_, path_); !done) {
    if (::ftruncate(fd_.get(), static_cast<off_t>(written_)) != 0) {
      return io::fail_system("truncate", path_, errno);
    }
    return done;
  }
  written_ = size_;
  held_.clear();
  if (held_.capacity() > kKeptMemory) held_ = Buffer();
  return {};
}

void LogFile::give_up_held() {
  size_ = written_;
  held_.clear();
}

Buffer LogFile::take_memory() {
  if (!held_.empty()) return {};
  return std::exchange(held_, {});
}

std::optional<Bytes> LogFile::held(std::uint64_t position, std::size_t count) const {
  if (position < written_ || position + count > size_) return std::nullopt;
  return Bytes(held_).subspan(position - written_, count);
}

Result<void> LogFile::read(std::uint64_t position, std::span<std::uint8_t> out) const {
  while (!out.empty() && position < written_) {
    const std::size_t most = std::min<std::uint64_t>(out.size(), written_ - position);
    const ssize_t got = ::pread(fd_.get(), out.data(), most, static_cast<off_t>(position));
    if (got < 0 && errno == EINTR) continue;
    if (got < 0) return io::fail_system("read", path_, errno);
    if (got == 0) break;
    position += static_cast<std::uint64_t>(got);
    out = out.subspan(static_cast<std::size_t>(got));
  }
  if (out.empty()) return {};
  const auto rest = held(position, out.size());
  if (!rest) {
    return fail(ErrorCode::kMalformed, fmt::format("read {}: {} bytes at {} of {} are not there",
                                                   path_, out.size(), position, size_));
  }
  std::copy(rest->begin(), rest->end(), out.begin());
  return {};
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
