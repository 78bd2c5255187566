#include "tools/ingest/file_kind.h"

#include <fcntl.h>
#include <linux/openat2.h>
#include <sys/stat.h>
#include <sys/syscall.h>
#include <unistd.h>

#include <algorithm>
#include <array>
#include <cerrno>
#include <string_view>

#include <fmt/format.h>

#include "libcommon/container/mpegts/ts_reader.h"
#include "libcommon/io/file.h"
#include "libcommon/io/system_error.h"

namespace flu::ingest {
namespace {

constexpr std::array<std::string_view, 9> kFirstBoxes = {"ftyp", "styp", "moov", "mdat", "moof",
                                                         "free", "skip", "wide", "pnot"};

bool begins(Bytes head, std::string_view magic, std::size_t at = 0) {
  return head.size() >= at + magic.size() && as_text(head.subspan(at, magic.size())) == magic;
}

bool is_mpeg_audio(Bytes head) {
  if (head.size() < 3 || head[0] != 0xFF || (head[1] & 0xE0U) != 0xE0U) return false;
  const bool is_adts = (head[1] & 0xF6U) == 0xF0U;
  return is_adts ||
         ((head[1] & 0x06U) != 0 && (head[2] & 0xF0U) != 0xF0U && (head[2] & 0x0CU) != 0x0CU);
}

UniqueFd open_beneath(int directory, const std::string& name) {
  open_how how{};
  how.flags = O_RDONLY | O_CLOEXEC | O_NOCTTY;
  how.resolve = RESOLVE_BENEATH | RESOLVE_NO_MAGICLINKS;
  UniqueFd fd(static_cast<int>(::syscall(SYS_openat2, directory, name.c_str(), &how, sizeof how)));
  if (fd || (errno != ENOSYS && errno != EPERM)) return fd;
  // A kernel or a sandbox without it: part by part, and no link is followed at all.
  UniqueFd at(::fcntl(directory, F_DUPFD_CLOEXEC, 3));
  std::string_view rest = name;
  while (at) {
    const auto slash = rest.find('/');
    const std::string part(rest.substr(0, slash));
    if (part == "..") {
      errno = EXDEV;
      return {};
    }
    const bool is_last = slash == std::string_view::npos;
    const int flags = is_last ? O_RDONLY : O_PATH | O_DIRECTORY;
    if (!part.empty() && part != ".") {
      at.reset(::openat(at.get(), part.c_str(), flags | O_NOFOLLOW | O_CLOEXEC));
    }
    if (is_last) return at;
    rest.remove_prefix(slash + 1);
  }
  return {};
}

// The first directory that has the file.
Result<UniqueFd> open_in_location(const SourceUrl& url) {
  int reason = ENOENT;
  for (const std::string& directory : url.directories) {
    auto opened = io::open_file(directory, O_PATH | O_DIRECTORY);
    if (!opened) {
      reason = ENOENT;
      continue;
    }
    UniqueFd fd = open_beneath(opened->get(), url.path);
    if (fd) return fd;
    if (errno == EXDEV || errno == ELOOP) {
      return fail(ErrorCode::kDenied,
                  fmt::format("read {}: it leads out of its location", url.text));
    }
    if (errno != ENOENT && errno != ENOTDIR) reason = errno;
  }
  return tl::unexpected(io::system_error("read", url.text, reason));
}

}  // namespace

FileKind kind_of_file(Bytes head) {
  if (container::looks_like_ts(head).value_or(false)) return FileKind::kTransport;
  const bool is_mp4 =
      head.size() >= 8 && std::any_of(kFirstBoxes.begin(), kFirstBoxes.end(),
                                      [&](auto box) { return begins(head, box, 4); });
  const bool is_foreign = is_mp4 || begins(head, "FLV") || begins(head, "\x1A\x45\xDF\xA3") ||
                          begins(head, "ID3") || begins(head, "RIFF") || begins(head, "OggS") ||
                          begins(head, "\x0B\x77") || is_mpeg_audio(head) ||
                          begins(head, std::string_view("\0\0\1", 3)) ||
                          begins(head, std::string_view("\0\0\0\1", 4));
  return is_foreign ? FileKind::kForeign : FileKind::kTransport;
}

Result<UniqueFd> open_source_file(const SourceUrl& url) {
  if (!url.directories.empty()) return open_in_location(url);
  return io::open_file(url.path, O_RDONLY);
}

FileKind probe_file(const SourceUrl& url) {
  struct stat status {};
  if (url.directories.empty() &&
      (::stat(url.path.c_str(), &status) != 0 || !S_ISREG(status.st_mode))) {
    return FileKind::kTransport;
  }
  const auto fd = open_source_file(url);
  if (!fd || ::fstat(fd->get(), &status) != 0 || !S_ISREG(status.st_mode)) {
    return FileKind::kTransport;
  }
  const auto head = io::pread_up_to(fd->get(), kFileHead, 0, url.text);
  return head ? kind_of_file(*head) : FileKind::kTransport;
}

}  // namespace flu::ingest
