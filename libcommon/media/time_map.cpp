#include "libcommon/media/time_map.h"

#include <cmath>

namespace flu::media {

void TimeMap::anchor(Timestamp x, Timestamp u) {
  pieces_.assign(1, Piece{x, u, 0.0});
}

void TimeMap::set_rate(Timestamp x, double rate) {
  const Timestamp u = (*this)(x);
  if (pieces_.back().x >= x) {
    pieces_.back().rate = rate;  // nothing was mapped since: the same piece, turned
    return;
  }
  pieces_.push_back(Piece{x, u, rate});
  if (pieces_.size() > kMaxPieces) pieces_.pop_front();
}

void TimeMap::shift(Ticks by) {
  for (Piece& piece : pieces_) piece.u += by;
}

Timestamp TimeMap::operator()(Timestamp x) const {
  const Piece* piece = &pieces_.front();
  for (const Piece& next : pieces_) {
    if (next.x <= x) piece = &next;
  }
  const Ticks ahead = x - piece->x;
  return piece->u + ahead + Ticks(std::llround(static_cast<double>(ahead.count()) * piece->rate));
}

}  // namespace flu::media
