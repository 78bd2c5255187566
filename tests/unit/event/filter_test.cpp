#include "libcommon/event/filter.h"

#include <map>

#include <gtest/gtest.h>

namespace flu::event {
namespace {

bool wants(const Filter& filter, const std::map<std::string, std::string, std::less<>>& event) {
  return filter.matches([&](std::string_view field) -> std::optional<std::string> {
    const auto found = event.find(field);
    if (found == event.end()) return std::nullopt;
    return found->second;
  });
}

TEST(EventFilter, WithoutConditionsEverythingPasses) {
  EXPECT_TRUE(wants({}, {{"event", "stream_started"}}));
}

TEST(EventFilter, EveryConditionAndAnyValue) {
  Filter filter;
  filter.require("event", "stream_started,stream_stopped");
  EXPECT_TRUE(wants(filter, {{"event", "stream_started"}, {"media", "cbc"}}));
  EXPECT_FALSE(wants(filter, {{"event", "source_lost"}, {"media", "cbc"}}));
  filter.require("media", "tnt");
  EXPECT_FALSE(wants(filter, {{"event", "stream_started"}, {"media", "cbc"}}));
  EXPECT_TRUE(wants(filter, {{"event", "stream_stopped"}, {"media", "tnt"}}));
}

TEST(EventFilter, AFieldThatIsNotThereDoesNotMatch) {
  Filter filter;
  filter.require("media", "*");
  EXPECT_FALSE(wants(filter, {{"event", "server_started"}}));
  EXPECT_TRUE(wants(filter, {{"event", "stream_started"}, {"media", ""}}));
}

TEST(EventFilter, StarsStandForAnyRun) {
  EXPECT_TRUE(fits_pattern("cams/1/high", "cams/*/high"));
  EXPECT_TRUE(fits_pattern("cams//high", "cams/*/high"));
  EXPECT_TRUE(fits_pattern("aXbXc", "a*b*c*"));
  EXPECT_TRUE(fits_pattern("aab", "*ab"));
  EXPECT_FALSE(fits_pattern("cams/1/low", "cams/*/high"));
  EXPECT_FALSE(fits_pattern("", "a"));
  EXPECT_TRUE(fits_pattern("", ""));
  EXPECT_TRUE(fits_pattern("", "**"));
  EXPECT_FALSE(fits_pattern("abc", "ab"));
}

TEST(EventFilter, ManyStarsTakeNoLongTime) {
  const std::string text(2000, 'a');
  std::string pattern;
  for (int i = 0; i < 200; ++i) pattern += "a*";
  EXPECT_FALSE(fits_pattern(text, pattern + "b"));
}

}  // namespace
}  // namespace flu::event
