#include "libcommon/base/checked.h"

#include <cstdint>
#include <limits>

#include <gtest/gtest.h>

namespace flu {
namespace {

constexpr auto kMax = std::numeric_limits<std::uint32_t>::max();

TEST(Checked, SaysWhenItWouldWrap) {
  EXPECT_EQ(checked_add<std::uint32_t>(1, 2), 3u);
  EXPECT_FALSE(checked_add<std::uint32_t>(kMax, 1));
  EXPECT_FALSE(checked_sub<std::uint32_t>(0, 1));
  EXPECT_FALSE(checked_mul<std::uint32_t>(kMax, 2));
}

TEST(Checked, CastsOnlyWhatFits) {
  EXPECT_EQ(checked_cast<std::uint8_t>(255), 255);
  EXPECT_FALSE(checked_cast<std::uint8_t>(256));
  EXPECT_FALSE(checked_cast<std::uint8_t>(-1));
}

}  // namespace
}  // namespace flu
