#pragma once

#include <cstdint>
#include <optional>

#include "libcommon/codec/framer.h"
#include "libcommon/media/time.h"

namespace flu::codec {

// Where a picture stands in the order of display, for pictures without a timestamp of their own.
struct PictureOrder {
  std::int64_t position = 0;  // picture order count, temporal reference
  bool is_reset = false;      // counting starts anew with this picture
};

struct PictureTimes {
  media::Timestamp dts{0};
  media::Ticks cts{0};
  media::Ticks duration{0};
};

// Gives every picture its times: the source's own, else derived from the frame rate and the order
// of display. dts <= pts always.
class VideoClock {
 public:
  // Ticks of a frame and positions of PictureOrder that it takes; 0 ticks: unknown.
  void set_frame(media::Ticks duration, std::int64_t positions);

  // `next` are the times of the picture that follows, where they are known: its dts gives the
  // duration. nullopt before the first picture that has a timestamp.
  std::optional<PictureTimes> stamp(const EsTimes& times, const std::optional<PictureOrder>& order,
                                    const EsTimes& next);

 private:
  [[nodiscard]] media::Ticks frame() const;
  [[nodiscard]] media::Timestamp derive_pts(media::Timestamp dts,
                                            const std::optional<PictureOrder>& order) const;

  media::Ticks nominal_{0};
  media::Ticks last_delta_{0};
  std::int64_t positions_ = 1;
  std::optional<media::Timestamp> last_dts_;
  std::optional<media::Timestamp> last_end_;
  media::Ticks reset_cts_{0};  // of the last picture that restarted the order
  struct Anchor {
    std::int64_t position = 0;
    media::Timestamp pts{0};
  };
  std::optional<Anchor> anchor_;
};

}  // namespace flu::codec
