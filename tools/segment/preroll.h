#pragma once

#include <cstdint>
#include <deque>

#include "libcommon/container/mp4/flu_stream.h"

namespace flu::hub {

// Keeps what other tracks send before the key frame with which a source starts; the oldest go when
// it is more than kMaxPrerollBytes.
class Preroll {
 public:
  void add(const container::Fragment& fragment);
  void clear();

  // Gives each fragment, oldest first, to `take` and forgets it.
  template <typename Take>
  void drain(Take take) {
    std::deque<Held> held;
    held.swap(held_);
    bytes_ = 0;
    for (Held& one : held) {
      one.fragment.payload = one.payload;
      take(one.fragment);
    }
  }

  [[nodiscard]] std::size_t bytes() const { return bytes_; }

 private:
  struct Held {
    container::Fragment fragment;
    Buffer payload;
  };

  std::deque<Held> held_;
  std::size_t bytes_ = 0;
};

}  // namespace flu::hub
