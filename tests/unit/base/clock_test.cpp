#include "libcommon/base/clock.h"

#include <gtest/gtest.h>

namespace flu {
namespace {

TEST(Clock, MonotonicNeverGoesBack) {
  MonotonicTime before = monotonic_now();
  for (int i = 0; i < 1000; ++i) {
    const MonotonicTime now = monotonic_now();
    EXPECT_GE(now, before);
    before = now;
  }
}

TEST(Clock, WallCountsFromTheUnixEpoch) {
  const auto seconds =
      std::chrono::duration_cast<std::chrono::seconds>(wall_now().time_since_epoch()).count();
  EXPECT_NEAR(static_cast<double>(seconds), static_cast<double>(std::time(nullptr)), 2.0);
}

}  // namespace
}  // namespace flu
