#include "libcommon/io/mapped_file.h"

#include <sys/mman.h>
#include <sys/stat.h>

#include <cerrno>

#include <fmt/format.h>

#include "libcommon/io/system_error.h"

namespace flu::io {

Result<MappedFile> MappedFile::map(int fd, std::size_t size, std::string_view what) {
  struct stat status {};
  if (::fstat(fd, &status) != 0) return fail_system("stat", what, errno);
  if (static_cast<std::uint64_t>(status.st_size) < size) {
    return fail(ErrorCode::kMalformed,
                fmt::format("{}: {} bytes, expected {}", what, status.st_size, size));
  }
  if (size == 0) return MappedFile(nullptr, 0);
  void* const data = ::mmap(nullptr, size, PROT_READ, MAP_SHARED, fd, 0);
  if (data == MAP_FAILED) return fail_system("map", what, errno);
  return MappedFile(static_cast<const std::uint8_t*>(data), size);
}

MappedFile::~MappedFile() {
  if (data_ != nullptr) ::munmap(const_cast<std::uint8_t*>(data_), size_);
}

}  // namespace flu::io
