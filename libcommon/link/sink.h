#pragma once

#include "libcommon/base/bytes.h"
#include "libcommon/base/result.h"

namespace flu::link {

// Where the bytes of a flu stream go: PipeWriter, or a buffer in a test. Each append() is a whole
// number of boxes, sent as it is or not at all, in order.
class Sink {
 public:
  virtual ~Sink() = default;

  // False when the reader is too slow and what comes should be dropped up to a key frame. A sink
  // that never drops is always true.
  [[nodiscard]] virtual bool has_room() = 0;

  // `header` and then `payload`. May be held until flush(). kCancelled: the reader has closed its
  // end, which ends the producer cleanly. kUnavailable: the descriptor failed.
  virtual Result<> append(Buffer header, Buffer payload) = 0;

  // Sends what append() held, as far as the reader takes it.
  virtual Result<> flush() = 0;
};

}  // namespace flu::link
