#include "libcommon/config/changes.h"

#include <gmock/gmock.h>
#include <gtest/gtest.h>

namespace flu::config {
namespace {

using testing::ElementsAre;
using testing::IsEmpty;

std::vector<std::string> changes(std::string_view before, std::string_view after) {
  return changed_streams(load_config(before).server, load_config(after).server);
}

TEST(ChangedStreams, AreThoseWithOtherSettings) {
  EXPECT_THAT(changes("stream a { url fake://fake; } stream b { url fake://fake; title x; }",
                      "stream a { url fake://fake; } stream b { url fake://fake; title y; }"),
              ElementsAre("b"));
  EXPECT_THAT(changes("stream a { url udp://1.1.1.1:1 program=1; }",
                      "stream a { url udp://1.1.1.1:1 program=2; }"),
              ElementsAre("a"));
}

TEST(ChangedStreams, NewOnesAndThoseThatAreGoneAreNone) {
  EXPECT_THAT(changes("stream a { url fake://fake; }", "stream b { url fake://fake; }"), IsEmpty());
}

TEST(ChangedStreams, AnotherPlaceInTheFileIsNoChange) {
  EXPECT_THAT(changes("file vod { path /srv; }\nstream a { url file://vod/a.ts; title x; }",
                      "\n# moved\nfile vod {\n  path /srv;\n}\n\nstream a {\n  title x;\n"
                      "  url file://vod/a.ts;\n}"),
              IsEmpty());
}

}  // namespace
}  // namespace flu::config
