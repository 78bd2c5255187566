#pragma once

#include "libcommon/base/clock.h"
#include "libcommon/base/result.h"
#include "libcommon/container/mp4/flu_stream.h"

namespace flu::serve {

// What a stream's units become for one kind of client, once for all of them in this worker.
class FeedFormat {
 public:
  virtual ~FeedFormat() = default;

  virtual Result<void> add(const container::StreamUnit& unit) = 0;
  // What comes now does not follow what came.
  virtual void restart() = 0;
  // No more is there at the moment: clients get what came.
  virtual void flush() = 0;
  // The stream is over, or was away for too long.
  virtual void end() = 0;
  // Nobody wants it any more: gives its memory back.
  virtual void close() = 0;

  [[nodiscard]] virtual bool has_clients() const = 0;
};

}  // namespace flu::serve
