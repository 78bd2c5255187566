#include "tools/ctl/stream_row.h"

#include <gtest/gtest.h>

namespace flu::ctl {
namespace {

using nlohmann::json;

TEST(StreamRow, ShowsWhatAPersonAsksFor) {
  const json stream{{"name", "a"},
                    {"static", true},
                    {"state", "running"},
                    {"bitrate", 2700000},
                    {"uptime", 75},
                    {"restarts", 2},
                    {"last_error", json()},
                    {"media_info",
                     {{"streams",
                       {{{"codec", "h264"}, {"width", 1280}, {"height", 720}},
                        {{"codec", "aac"}, {"lang", "eng"}}}}}}};
  EXPECT_EQ(stream_row(stream),
            (std::vector<std::string>{"a", "static", "running", "2.70 Mbit/s", "1m15s", "2", ""}));
  EXPECT_EQ(tracks_of(stream), "h264 1280x720, aac eng");
}

TEST(StreamRow, LivesWithWhatIsMissingOrStrange) {
  EXPECT_EQ(stream_row(json::object()).size(), stream_columns().size());
  const json strange{{"name", 5}, {"bitrate", "x"}, {"media_info", 7}, {"uptime", json::array()}};
  EXPECT_EQ(stream_row(strange).at(3), "-");
  EXPECT_EQ(tracks_of(strange), "");
}

}  // namespace
}  // namespace flu::ctl
