#pragma once

#include <cstddef>
#include <deque>

#include "libcommon/media/time.h"

namespace flu::media {

// A piecewise linear, continuous and rising map from a source's time to UTC. A function of the
// source's time alone: tracks that are muxed apart stay together while its rate changes.
class TimeMap {
 public:
  // x -> u, at the source's own rate.
  void anchor(Timestamp x, Timestamp u);
  [[nodiscard]] bool is_anchored() const { return !pieces_.empty(); }

  // From `x` on, a tick of the source lasts 1 + `rate` ticks; rate > -1.
  void set_rate(Timestamp x, double rate);
  [[nodiscard]] double rate() const { return pieces_.back().rate; }

  // Moves everything.
  void shift(Ticks by);

  // Before the first piece that is still kept, the first piece is extended.
  [[nodiscard]] Timestamp operator()(Timestamp x) const;

 private:
  struct Piece {
    Timestamp x;
    Timestamp u;
    double rate;
  };
  static constexpr std::size_t kMaxPieces = 4;  // more than tracks are ever muxed apart

  std::deque<Piece> pieces_;
};

}  // namespace flu::media
