#pragma once

#include <chrono>

#include "libcommon/media/time.h"

// What the sources of Timeline share.
namespace flu::media {

inline constexpr Ticks kSecond{90'000};

// A jump is put at the end of what was there when arrival says it is about there.
inline constexpr Ticks kSeamless = kSecond / 2;

inline double seconds(Ticks ticks) {
  return std::chrono::duration<double>(ticks).count();
}

inline Ticks to_ticks(std::chrono::nanoseconds time) {
  return std::chrono::floor<Ticks>(time);
}

}  // namespace flu::media
