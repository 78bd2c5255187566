#include "libcommon/config/rtmp_path.h"

#include <gtest/gtest.h>

namespace flu::config {
namespace {

TEST(RtmpPath, FirstSegmentIsTheApplication) {
  const auto path = parse_rtmp_path("host/live/news");
  ASSERT_TRUE(path);
  EXPECT_EQ(path->application, "live");
  EXPECT_EQ(path->stream, "news");
  EXPECT_EQ(parse_rtmp_path("host:1935/live/a/b?token=1/2")->stream, "a/b?token=1/2");
}

TEST(RtmpPath, DoubleSlashDividesThem) {
  const auto path = parse_rtmp_path("host/a/b//stream/x");
  ASSERT_TRUE(path);
  EXPECT_EQ(path->application, "a/b");
  EXPECT_EQ(path->stream, "stream/x");
}

TEST(RtmpPath, FewerThanTwoSegmentsAreRefused) {
  for (const char* rest : {"host", "host/", "host/live", "host/live/", "host//x", "host/live/?a=b",
                           "host/live?x=/y"}) {
    EXPECT_FALSE(parse_rtmp_path(rest)) << rest;
  }
}

}  // namespace
}  // namespace flu::config
