#include "libcommon/io/file.h"

#include <fcntl.h>
#include <sys/stat.h>
#include <unistd.h>

#include <algorithm>
#include <cerrno>
#include <chrono>
#include <cstdio>
#include <string_view>

#include <fmt/format.h>

#include "libcommon/io/system_error.h"

namespace flu::io {

Result<UniqueFd> open_file(const std::string& path, int flags, unsigned mode) {
  UniqueFd fd(::open(path.c_str(), flags | O_CLOEXEC, mode));
  if (!fd) return fail_system("open", path, errno);
  return fd;
}

Result<Buffer> read_file(const std::string& path, std::size_t max_bytes) {
  FLU_TRY_ASSIGN(const UniqueFd fd, open_file(path, O_RDONLY));
  Buffer content;
  while (true) {
    const std::size_t at = content.size();
    content.resize(at + 65536);
    const ssize_t got = ::read(fd.get(), content.data() + at, content.size() - at);
    if (got < 0 && errno != EINTR) return fail_system("read", path, errno);
    content.resize(at + static_cast<std::size_t>(got > 0 ? got : 0));
    if (content.size() > max_bytes) {
      return fail(ErrorCode::kLimitExceeded,
                  fmt::format("read {}: larger than {} bytes", path, max_bytes));
    }
    if (got == 0) return content;
  }
}

namespace {

WallTime modified_at(const struct stat& found) {
  const auto time =
      std::chrono::seconds(found.st_mtim.tv_sec) + std::chrono::nanoseconds(found.st_mtim.tv_nsec);
  return std::min(wall_now(), WallTime(std::chrono::duration_cast<WallTime::duration>(time)));
}

}  // namespace

std::optional<WallTime> modified_at(const std::string& path) {
  struct stat found {};
  if (::stat(path.c_str(), &found) != 0) return std::nullopt;
  return modified_at(found);
}

std::optional<WallTime> modified_at(int fd) {
  struct stat found {};
  if (::fstat(fd, &found) != 0) return std::nullopt;
  return modified_at(found);
}

Result<void> write_all(int fd, Bytes bytes, std::string_view what) {
  while (!bytes.empty()) {
    const ssize_t done = ::write(fd, bytes.data(), bytes.size());
    if (done < 0) {
      if (errno == EINTR) continue;
      return fail_system("write", what, errno);
    }
    bytes = bytes.subspan(static_cast<std::size_t>(done));
  }
  return {};
}

Result<void> write_all(int fd, std::span<iovec> parts, std::string_view what) {
  while (!parts.empty()) {
    const ssize_t count = ::writev(fd, parts.data(), static_cast<int>(parts.size()));
    if (count < 0) {
      if (errno == EINTR) continue;
      return fail_system("write", what, errno);
    }
    auto done = static_cast<std::size_t>(count);
    while (!parts.empty() && done >= parts.front().iov_len) {
      done -= parts.front().iov_len;
      parts = parts.subspan(1);
    }
    if (parts.empty()) break;
    parts.front().iov_base = static_cast<std::uint8_t*>(parts.front().iov_base) + done;
    parts.front().iov_len -= done;
  }
  return {};
}

Result<void> pwrite_all(int fd, Bytes bytes, std::uint64_t offset, std::string_view what) {
  while (!bytes.empty()) {
    const ssize_t done = ::pwrite(fd, bytes.data(), bytes.size(), static_cast<off_t>(offset));
    if (done < 0) {
      if (errno == EINTR) continue;
      return fail_system("write", what, errno);
    }
    bytes = bytes.subspan(static_cast<std::size_t>(done));
    offset += static_cast<std::uint64_t>(done);
  }
  return {};
}

Result<std::size_t> pread_up_to(int fd, std::span<std::uint8_t> out, std::uint64_t offset,
                                std::string_view what) {
  std::size_t have = 0;
  while (have < out.size()) {
    const ssize_t got =
        ::pread(fd, out.data() + have, out.size() - have, static_cast<off_t>(offset + have));
    if (got < 0) {
      if (errno == EINTR) continue;
      return fail_system("read", what, errno);
    }
    if (got == 0) break;
    have += static_cast<std::size_t>(got);
  }
  return have;
}

Result<Buffer> pread_up_to(int fd, std::size_t count, std::uint64_t offset, std::string_view what) {
  Buffer out(count);
  FLU_TRY_ASSIGN(const std::size_t have, pread_up_to(fd, std::span(out), offset, what));
  out.resize(have);
  return out;
}

Result<void> replace_file(const std::string& path, Bytes content, unsigned mode) {
  const std::string fresh = path + ".new";
  {
    FLU_TRY_ASSIGN(const UniqueFd fd, open_file(fresh, O_WRONLY | O_CREAT | O_TRUNC, mode));
    FLU_TRY(write_all(fd.get(), content, fresh));
  }
  if (::rename(fresh.c_str(), path.c_str()) != 0) return fail_system("rename", fresh, errno);
  return {};
}

Result<void> make_directories(const std::string& path, unsigned mode) {
  for (std::size_t at = path.find('/', 1);; at = path.find('/', at + 1)) {
    const std::string part = path.substr(0, at);
    struct stat status {};
    if (::mkdir(part.c_str(), mode) != 0 &&
        (errno != EEXIST || ::stat(part.c_str(), &status) != 0 || !S_ISDIR(status.st_mode))) {
      return fail_system("mkdir", part, errno == EEXIST ? ENOTDIR : errno);
    }
    if (at == std::string::npos) return {};
  }
}

}  // namespace flu::io
