#include "tools/ctl/event_log.h"

#include <gtest/gtest.h>

namespace flu::ctl {
namespace {

using nlohmann::json;

TEST(EventLog, EachEventOnceAndInOrder) {
  const auto events = parse_events(
      "{\"event_id\":1,\"event\":\"a\"}\n{\"event_id\":2,\"event\":\"b\"}\n",
      "{\"event_id\":2,\"event\":\"b\"}\n\n{\"event_id\":4,\"ev\n{\"event_id\":3}\n5\n");
  ASSERT_EQ(events.size(), 3U);
  EXPECT_EQ(id_of(events[0]), 1);
  EXPECT_EQ(id_of(events[1]), 2);
  EXPECT_EQ(id_of(events[2]), 3);
}

TEST(EventLog, ChoosesByNameStreamAndLevel) {
  const json lost{{"event", "source_lost"}, {"media", "cams/1"}, {"level", "alert"}};
  const json started{{"event", "unit_started"}, {"media", "cams/1"}, {"level", "debug"}};
  const json server{{"event", "server_started"}, {"level", "info"}};
  Options options;
  EXPECT_TRUE(EventChoice(options).wants(lost));
  EXPECT_TRUE(EventChoice(options).wants(started));
  options.level = "info";
  EXPECT_FALSE(EventChoice(options).wants(started));
  EXPECT_TRUE(EventChoice(options).wants(server));
  options.media = "cams/*";
  EXPECT_FALSE(EventChoice(options).wants(server));
  options.events = "source_ready,source_lost";
  EXPECT_TRUE(EventChoice(options).wants(lost));
  EXPECT_TRUE(EventChoice(Options{}).wants(json::parse("{}")));
}

TEST(EventLog, NamesAMisspeltEvent) {
  EXPECT_EQ(unknown_event("source_lost,stream_*"), "");
  EXPECT_EQ(unknown_event("source_lots"), "no event 'source_lots', did you mean 'source_lost'?");
}

TEST(EventLog, ALineIsForPeople) {
  EXPECT_EQ(event_line({{"event", "source_lost"},
                        {"event_id", 7},
                        {"utc_ms", 1'700'000'000'123},
                        {"utc", 1'700'000'000},
                        {"level", "alert"},
                        {"server", "here"},
                        {"media", "ort"},
                        {"reason", "gone\n"},
                        {"count", 3}}),
            "2023-11-14T22:13:20.123Z source_lost count=3 media=ort reason=gone\\x0a");
  EXPECT_EQ(event_line(json::parse("{}")), "1970-01-01T00:00:00.000Z ");
}

}  // namespace
}  // namespace flu::ctl
