#pragma once

#include <string_view>

#include "libcommon/base/result.h"
#include "libcommon/container/mp4/flu_stream.h"

namespace flu::serve {

// Flu stream units to the chunks of a ring, once for all clients. Pure.
class ChunkMuxer {
 public:
  virtual ~ChunkMuxer() = default;

  virtual Result<void> add(const container::StreamUnit& unit) = 0;
  // What comes now does not follow what came.
  virtual void restart() = 0;
  virtual void flush() = 0;  // what came so far becomes a chunk

  // Of what is in the ring; a constant.
  [[nodiscard]] virtual std::string_view content_type() const = 0;

  // What comes is no longer what clients were told that they get: they have to ask again. Said
  // once.
  virtual bool take_break() { return false; }
};

}  // namespace flu::serve
