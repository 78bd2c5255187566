#pragma once

#include <cstddef>
#include <cstdint>
#include <memory>
#include <span>

#include "libcommon/base/bytes.h"

namespace flu::container {

// Bytes of a stream between their arrival and the reader. Grows only with what has arrived and is
// asked for, at most to twice that.
class StreamBuffer {
 public:
  // Room for at least `wanted` bytes behind what is held. Views given before become invalid.
  std::span<std::uint8_t> prepare(std::size_t wanted);
  void commit(std::size_t count);

  [[nodiscard]] Bytes held() const { return {bytes_.get() + begin_, end_ - begin_}; }
  // The bytes stay where they are until prepare().
  void consume(std::size_t count);

  [[nodiscard]] std::uint64_t position() const { return position_; }
  [[nodiscard]] std::size_t capacity() const { return capacity_; }

 private:
  void move_to(std::size_t capacity);

  std::unique_ptr<std::uint8_t[]> bytes_;
  std::size_t capacity_ = 0;
  std::size_t begin_ = 0;
  std::size_t end_ = 0;
  std::uint64_t position_ = 0;  // of begin_ in the stream
};

}  // namespace flu::container
