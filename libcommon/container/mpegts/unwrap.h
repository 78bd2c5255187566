#pragma once

#include <cstdint>
#include <optional>

#include "libcommon/container/mpegts/ts_types.h"
#include "libcommon/media/time.h"

namespace flu::container::mpegts {

// The 64-bit time nearest to `reference` whose low 33 bits are `raw`.
inline media::Timestamp unwrap_near(std::uint64_t raw, media::Timestamp reference) {
  const auto base = static_cast<std::uint64_t>(reference.count());
  const std::uint64_t ahead = (raw - base) & kTimestampMask;
  const bool is_behind = ahead > (kTimestampMask >> 1);
  const auto distance = static_cast<std::int64_t>(ahead) -
                        (is_behind ? static_cast<std::int64_t>(kTimestampMask) + 1 : 0);
  return reference + media::Ticks(distance);
}

// Carries the timestamps of all PIDs of a program past the wrap of 33 bits (every 26.5 h). A PID
// goes on from its own last time; where it begins or jumps it is placed beside the main PID, so
// that tracks stay together. A jump stays the jump that it is, up to 13 h either way.
class Unwrapper {
 public:
  // What a PID keeps between calls.
  using Last = std::optional<media::Timestamp>;

  // kMain: others are placed beside it. kOther: they are placed beside this one while the main one
  // has not come. kFollower: nothing is placed beside it (its clock may be another's).
  enum class Role { kMain, kOther, kFollower };

  media::Timestamp unwrap(std::uint64_t raw, Last& last, Role role) {
    media::Timestamp time{static_cast<std::int64_t>(raw & kTimestampMask)};
    if (last && is_near(unwrap_near(raw, *last), *last)) {
      time = unwrap_near(raw, *last);
    } else if (reference_) {
      time = unwrap_near(raw, *reference_);
    }
    last = time;
    has_main_ = has_main_ || role == Role::kMain;
    if (role == Role::kMain || (role == Role::kOther && !has_main_)) reference_ = time;
    return time;
  }

  // The time of the main PID seen last, else of any but followers.
  [[nodiscard]] Last reference() const { return reference_; }

 private:
  static bool is_near(media::Timestamp a, media::Timestamp b) {
    return a - b < kHour && b - a < kHour;
  }

  static constexpr media::Ticks kHour{3600LL * 90'000};

  Last reference_;
  bool has_main_ = false;
};

}  // namespace flu::container::mpegts
