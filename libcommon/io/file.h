#pragma once

#include <sys/uio.h>

#include <cstdint>
#include <optional>
#include <span>
#include <string>

#include "libcommon/base/bytes.h"
#include "libcommon/base/clock.h"
#include "libcommon/base/result.h"
#include "libcommon/base/unique_fd.h"

namespace flu::io {

// Opens close-on-exec. `flags` and `mode` as in open(2).
Result<UniqueFd> open_file(const std::string& path, int flags, unsigned mode = 0640);

// The whole file; kLimitExceeded when it is larger than `max_bytes`.
Result<Buffer> read_file(const std::string& path, std::size_t max_bytes);

// When its content changed last: never later than now, whatever the file says. nullopt: it is not
// there.
std::optional<WallTime> modified_at(const std::string& path);
std::optional<WallTime> modified_at(int fd);

// All of `bytes`, or an error: interrupted and partial calls are continued.
Result<void> write_all(int fd, Bytes bytes, std::string_view what);
// At most IOV_MAX parts, which are used up.
Result<void> write_all(int fd, std::span<iovec> parts, std::string_view what);
Result<void> pwrite_all(int fd, Bytes bytes, std::uint64_t offset, std::string_view what);

// Fewer bytes than asked only at the end of the file.
Result<std::size_t> pread_up_to(int fd, std::span<std::uint8_t> out, std::uint64_t offset,
                                std::string_view what);
Result<Buffer> pread_up_to(int fd, std::size_t count, std::uint64_t offset, std::string_view what);

// Readers see the old content or the new, never a part: writes PATH.new and renames it.
Result<void> replace_file(const std::string& path, Bytes content, unsigned mode = 0640);

// mkdir -p; existing directories are fine.
Result<void> make_directories(const std::string& path, unsigned mode = 0750);

}  // namespace flu::io
