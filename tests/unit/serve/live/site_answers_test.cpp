#include "tools/serve/live/site_answers.h"

#include <string>

#include <gmock/gmock.h>
#include <gtest/gtest.h>

namespace flu::serve {
namespace {

using service::StreamOptions;
using testing::HasSubstr;

unsigned status_of(std::string_view path, const StreamOptions& options) {
  const auto route = parse_route(path);
  EXPECT_TRUE(route) << path;
  const auto refusal = route ? protocol_refusal(*route, options) : std::nullopt;
  return refusal ? refusal->status : 200;
}

std::string text_of(const Response& response) {
  return std::string(as_text(response.body.bytes));
}

TEST(SiteAnswers, AProtocolThatIsOffIsRefused) {
  StreamOptions options;
  options.is_hls_off = true;
  constexpr std::string_view kTs = "/a/tracks-v1a1/2026/11/22/07/10/05123-04000.ts";
  constexpr std::string_view kM4s = "/a/tracks-v1a1/2026/11/22/07/10/05123-04000.m4s";
  EXPECT_EQ(status_of("/a/index.m3u8", options), 403U);
  EXPECT_EQ(status_of(kTs, options), 403U);
  EXPECT_EQ(status_of(kM4s, options), 200U) << "DASH has them too";
  EXPECT_EQ(status_of("/a/index.mpd", options), 200U);
  EXPECT_EQ(status_of("/a/mpegts", options), 200U);
  options.is_dash_off = true;
  EXPECT_EQ(status_of(kM4s, options), 403U);
  EXPECT_EQ(status_of("/a/index.mpd", options), 403U);
  EXPECT_EQ(status_of("/a/tracks-v1/158741550000000.m4s", options), 403U);
  options.is_mpegts_off = options.is_mseld_off = true;
  EXPECT_EQ(status_of("/a/mpegts", options), 403U);
  EXPECT_EQ(status_of("/a/mse_ld", options), 403U);
  EXPECT_EQ(status_of("/a/embed.html", options), 200U);
}

TEST(SiteAnswers, AChoiceOfTracksThatCannotBeReadIsNamed) {
  EXPECT_THAT(text_of(no_such_stream("a/tracks-x9")), HasSubstr("'tracks-x9' is no choice"));
  EXPECT_EQ(text_of(no_such_stream("a")), "404 Not Found\nNo such stream.\n");
}

TEST(SiteAnswers, WhoComesTooEarlyMayComeAgain) {
  const Response picture = not_yet(Route::Kind::kJpeg);
  EXPECT_EQ(picture.status, 503U);
  EXPECT_THAT(picture.extra, HasSubstr("Retry-After: "));
  EXPECT_THAT(text_of(picture), HasSubstr("no picture"));
  EXPECT_THAT(text_of(not_yet(Route::Kind::kPlaylist)), HasSubstr("nothing to play yet"));
}

TEST(SiteAnswers, ReportsArePutAndNothingElse) {
  EXPECT_EQ(report_answer(Method::kPut, true).status, 200U);
  EXPECT_EQ(report_answer(Method::kGet, true).status, 405U);
  EXPECT_EQ(report_answer(Method::kPut, false).status, 405U);
  EXPECT_THAT(options_answer(true, "").extra, HasSubstr("Allow: PUT"));
  EXPECT_THAT(options_answer(false, "x-token").extra, HasSubstr("Allow: GET, HEAD, OPTIONS"));
  EXPECT_THAT(options_answer(false, "x-token").extra, HasSubstr(", *, x-token\r\n"));
}

}  // namespace
}  // namespace flu::serve
