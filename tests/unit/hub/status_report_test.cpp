#include "tools/segment/status_report.h"

#include <gtest/gtest.h>
#include <nlohmann/json.hpp>

namespace flu::hub {
namespace {

store::WindowSettings before() {
  store::WindowSettings settings;
  settings.playlist_segments = 5;
  settings.kept_segments = 7;
  settings.target = media::Ticks(360'000);
  return settings;
}

TEST(ChangedSettings, LeaveWhatTheMessageDoesNotName) {
  const auto after = changed_settings(before(), {{"type", "options"}, {"segments", 6}});
  ASSERT_TRUE(after);
  EXPECT_EQ(after->playlist_segments, 6U);
  EXPECT_EQ(after->kept_segments, 7U);
  EXPECT_EQ(after->target, media::Ticks(360'000));
}

TEST(ChangedSettings, TakeAll) {
  const auto after = changed_settings(
      before(), {{"segment_duration", 2.5}, {"segments", 10.0}, {"segment_count", 20.0}});
  ASSERT_TRUE(after);
  EXPECT_EQ(after->playlist_segments, 10U);
  EXPECT_EQ(after->kept_segments, 20U);
  EXPECT_EQ(after->target, media::Ticks(225'000));
}

TEST(ChangedSettings, RefuseWhatTheCommandLineWould) {
  EXPECT_FALSE(changed_settings(before(), {{"segment_duration", 100}}));
  EXPECT_FALSE(changed_settings(before(), {{"segment_duration", -1}}));
}

}  // namespace
}  // namespace flu::hub
