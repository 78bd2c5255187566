#pragma once

#include <cstddef>
#include <cstdint>
#include <string_view>
#include <utility>

#include "libcommon/base/bytes.h"
#include "libcommon/base/result.h"

namespace flu::io {

// The first bytes of a file as memory that all processes share; the file may be unlinked meanwhile.
// Only for files that are never written again: where one is cut, reading faults.
class MappedFile {
 public:
  // kMalformed when the file is shorter.
  static Result<MappedFile> map(int fd, std::size_t size, std::string_view what);

  ~MappedFile();
  MappedFile(MappedFile&& other) noexcept
      : data_(std::exchange(other.data_, nullptr)), size_(std::exchange(other.size_, 0)) {}
  MappedFile& operator=(MappedFile&&) = delete;
  MappedFile(const MappedFile&) = delete;
  MappedFile& operator=(const MappedFile&) = delete;

  [[nodiscard]] Bytes bytes() const { return {data_, size_}; }

 private:
  MappedFile(const std::uint8_t* data, std::size_t size) : data_(data), size_(size) {}

  const std::uint8_t* data_;  // null: nothing
  std::size_t size_;
};

}  // namespace flu::io
