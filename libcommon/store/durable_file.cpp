// Tested by tests/unit/store/archive_writer_test.cpp
#include "libcommon/store/durable_file.h"

#include <fcntl.h>
#include <unistd.h>

#include <cerrno>
#include <cstdio>
#include <filesystem>

#include "libcommon/base/unique_fd.h"
#include "libcommon/io/file.h"
#include "libcommon/io/system_error.h"

namespace flu::store {

Result<void> sync_data(int fd, std::string_view what) {
  if (::fdatasync(fd) != 0) return io::fail_system("fdatasync", what, errno);
  return {};
}

Result<void> sync_folder(const std::string& path) {
  FLU_TRY_ASSIGN(const UniqueFd folder, io::open_file(path, O_RDONLY | O_DIRECTORY));
  if (::fsync(folder.get()) != 0) return io::fail_system("fsync", path, errno);
  return {};
}

Result<void> replace_durably(const std::string& path, Bytes content, unsigned mode) {
  const std::string fresh = path + ".new";
  {
    FLU_TRY_ASSIGN(const UniqueFd fd, io::open_file(fresh, O_WRONLY | O_CREAT | O_TRUNC, mode));
    FLU_TRY(io::write_all(fd.get(), content, fresh));
    FLU_TRY(sync_data(fd.get(), fresh));
  }
  if (::rename(fresh.c_str(), path.c_str()) != 0) return io::fail_system("rename", fresh, errno);
  return sync_folder(std::filesystem::path(path).parent_path().string());
}

}  // namespace flu::store
