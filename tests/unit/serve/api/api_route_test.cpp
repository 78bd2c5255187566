#include "tools/serve/api/api_route.h"

#include <gtest/gtest.h>

namespace flu::serve {
namespace {

using Kind = ApiRoute::Kind;

TEST(ApiRoute, KnowsTheDocumentedCalls) {
  EXPECT_EQ(parse_api_route("/flussonic/api/server"), (ApiRoute{Kind::kServer, "server", ""}));
  EXPECT_EQ(parse_api_route("/flussonic/api/media"), (ApiRoute{Kind::kMedia, "media", ""}));
  EXPECT_EQ(parse_api_route("/flussonic/api/media_info/a"),
            (ApiRoute{Kind::kMediaInfo, "media_info", "a"}));
  EXPECT_EQ(parse_api_route("/flussonic/api/config/stream_create"),
            (ApiRoute{Kind::kChange, "stream_create", ""}));
  EXPECT_EQ(parse_api_route("/flussonic/api/stream_restart/a"),
            (ApiRoute{Kind::kChange, "stream_restart", "a"}));
  EXPECT_EQ(parse_api_route("/metrics")->kind, Kind::kMetrics);
  EXPECT_FALSE(parse_api_route("/a/metrics"));
  EXPECT_EQ(parse_api_route("/flussonic/api/sessions")->kind, Kind::kSessions);
  EXPECT_EQ(parse_api_route("/flussonic/api/close_sessions")->kind, Kind::kChange);
}

TEST(ApiRoute, NamesMayHoldSlashes) {
  EXPECT_EQ(parse_api_route("/flussonic/api/stream_health/cams/1/high")->name, "cams/1/high");
  EXPECT_EQ(parse_api_route("/flussonic/api/media_info/")->name, "");
  EXPECT_EQ(parse_api_route("/cams/1/media_info.json"),
            (ApiRoute{Kind::kViewerMediaInfo, "media_info", "cams/1"}));
}

TEST(ApiRoute, NothingElseIsAnswered) {
  EXPECT_EQ(parse_api_route("/flussonic/api/")->kind, Kind::kUnknown);
  EXPECT_EQ(parse_api_route("/flussonic/api/serverx")->kind, Kind::kUnknown);
  EXPECT_EQ(parse_api_route("/flussonic/api/media_info")->kind, Kind::kUnknown);
  EXPECT_EQ(parse_api_route("/flussonic/api/reload/x")->kind, Kind::kUnknown);
  EXPECT_EQ(parse_api_route("/flussonic/apis"), std::nullopt);
  EXPECT_EQ(parse_api_route("/media_info.json"), std::nullopt);
  EXPECT_EQ(parse_api_route("//media_info.json"), std::nullopt);
  EXPECT_EQ(parse_api_route("/a/index.m3u8"), std::nullopt);
}

}  // namespace
}  // namespace flu::serve
