#pragma once

#include <cstddef>
#include <cstdint>
#include <optional>

#include "libcommon/media/carried_clock.h"
#include "libcommon/media/sample.h"
#include "tools/ingest/source.h"

namespace flu::ingest {

// What a source gives before it is shown: kept from a key frame of its main track on, so that a
// switch to it begins there, with the other tracks' samples of that time and later.
class KeyGate {
 public:
  // Takes what came in together and leaves `units` empty. A batch with a key frame replaces what
  // was kept before it. Of several in a batch, the newest of which has just come, the first that is
  // not older than `not_before` is taken, else the last.
  void push(Units& units, const media::Arrival& arrival,
            MonotonicTime not_before = MonotonicTime::min());

  [[nodiscard]] bool has_key() const { return key_arrival_.has_value(); }
  [[nodiscard]] MonotonicTime key_arrival() const { return *key_arrival_; }  // of has_key()

  // The tracks, then what was kept, in order. Of has_key().
  Units take();

 private:
  void keep(media::Unit unit);
  void begin(const media::Sample& key, const media::Arrival& arrival);
  void forget();

  std::optional<media::TracksChanged> tracks_;  // in front of what is kept
  std::uint32_t main_id_ = 0;
  Units kept_;
  std::size_t bytes_ = 0;
  std::optional<MonotonicTime> key_arrival_;
};

}  // namespace flu::ingest
