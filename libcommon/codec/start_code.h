#pragma once

#include <cstddef>

#include "libcommon/base/bytes.h"

namespace flu::codec {

// The offset of the first 00 00 01 at or after `from`; bytes.size() when there is none.
std::size_t find_start_code(Bytes bytes, std::size_t from);

// The bytes without the zeros at their end.
Bytes without_trailing_zeros(Bytes bytes);

// Cuts a stream of start-code prefixed units (NAL units in Annex B, MPEG-2 video) wherever its
// bytes are divided between calls: the same units come out for every division. A unit's bytes are
// handed on as they come, without a copy.
class StartCodeScanner {
 public:
  // What is told of each unit, in this order: begin, bytes (any number of times, never ending with
  // a zero unless more of the same unit follows), end.
  class Sink {
   public:
    virtual ~Sink() = default;
    virtual void unit_begin() = 0;
    virtual void unit_bytes(Bytes bytes) = 0;
    virtual void unit_zeros(std::size_t count) = 0;  // zeros inside of a unit
    // `zeros` stood between the unit and the next start code, or the end of the stream.
    virtual void unit_end(std::size_t zeros) = 0;
    virtual void outside(std::size_t count) = 0;  // bytes before the first start code
  };

  explicit StartCodeScanner(Sink& sink) : sink_(&sink) {}

  void feed(Bytes bytes);
  void flush();  // ends the unit in progress
  void reset();  // forgets it

 private:
  std::size_t join(Bytes bytes);
  void pass(Bytes bytes);
  void start_code(std::size_t zeros_before);

  Sink* sink_;
  bool is_in_unit_ = false;
  std::size_t zeros_ = 0;  // seen, but not yet known to belong to the unit
};

}  // namespace flu::codec
