#pragma once

#include <cstddef>
#include <memory>
#include <span>

#include "libcommon/av/input.h"
#include "libcommon/base/result.h"

namespace flu::av {

// The bytes behind a URL of a protocol that libav speaks, for a container of which we have a reader
// of our own.
class ByteInput {
 public:
  static Result<std::unique_ptr<ByteInput>> open(const InputSettings& settings);
  ~ByteInput();
  ByteInput(const ByteInput&) = delete;
  ByteInput& operator=(const ByteInput&) = delete;

  // What is there, at least a byte; 0: the end. kCancelled: stopped.
  Result<std::size_t> read(std::span<std::uint8_t> into);

 private:
  class Impl;
  explicit ByteInput(std::unique_ptr<Impl> impl);
  std::unique_ptr<Impl> impl_;
};

}  // namespace flu::av
