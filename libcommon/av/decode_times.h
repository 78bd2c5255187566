#pragma once

#include <deque>
#include <functional>
#include <optional>
#include <queue>
#include <vector>

#include "libcommon/media/sample.h"

namespace flu::av {

// Makes the decoding times of a track what a flu stream needs: rising, and never behind the
// presentation.
//
// Where the source has none (Matroska, RTP), they are the presentation times in rising order, as
// many pictures early as the order of the pictures needs. Where the source's own are later than the
// presentation, all are moved back by one amount; presentation stays.
class DecodeTimes {
 public:
  // `lookahead`: pictures to learn the order from before the first comes out; 1 holds nothing up.
  explicit DecodeTimes(std::size_t lookahead) : lookahead_(lookahead) {}

  // `has_dts`: sample.dts is the source's own; else only sample.pts() is. cts may be negative.
  void push(media::Sample sample, bool has_dts);
  void finish();  // nothing more comes, or the timeline breaks
  std::optional<media::Sample> next();

 private:
  void give(media::Sample sample, media::Timestamp dts);
  void shift(media::Sample sample);
  void order(media::Sample sample);
  void begin();
  void learn(media::Timestamp pts);
  [[nodiscard]] bool is_far(media::Timestamp pts) const;

  std::size_t lookahead_;
  std::deque<media::Sample> ready_;
  std::optional<media::Timestamp> last_;  // dts given
  media::Ticks shift_{0};

  std::deque<media::Sample> waiting_;  // until the order is known
  bool has_begun_ = false;
  media::Timestamp newest_{0};           // pts
  std::deque<media::Timestamp> recent_;  // pts in decoding order, as many as can be reordered
  std::size_t depth_ = 0;                // how many pictures decoding is ahead of presentation
  // pts that no picture was given as its dts yet.
  std::priority_queue<media::Timestamp, std::vector<media::Timestamp>, std::greater<>> times_;
};

}  // namespace flu::av
