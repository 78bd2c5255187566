#include "tools/serve/pages/embed.h"

#include <gmock/gmock.h>
#include <gtest/gtest.h>

namespace flu::serve {
namespace {

Result<std::string> path_of(std::string_view file) {
  if (file == "player.js") return "flu/assets/1/player.js";
  return fail(ErrorCode::kNotFound, "no such file");
}

TEST(EmbedPage, FillsItsPlaces) {
  const auto page = fill_page("<t>{{title}}</t><s src='{{player.js}}'>", "cam", "News", path_of);
  ASSERT_TRUE(page) << page.error().message;
  EXPECT_EQ(*page, "<t>News</t><s src='../flu/assets/1/player.js'>");
}

// Relative, so that it works behind a proxy's prefix.
TEST(EmbedPage, AddressesAreSeenFromTheStreamsFolder) {
  EXPECT_EQ(*fill_page("{{player.js}}", "a/b/c", "", path_of), "../../../flu/assets/1/player.js");
}

TEST(EmbedPage, TheTitleIsHarmless) {
  EXPECT_EQ(*fill_page("{{title}}", "cam", "<script>'\"&{{player.js}}", path_of),
            "&lt;script&gt;&#39;&quot;&amp;{{player.js}}");
}

TEST(EmbedPage, WhatIsMissingIsAnError) {
  EXPECT_FALSE(fill_page("{{x}}", "cam", "", path_of));
  EXPECT_FALSE(fill_page("{{title", "cam", "", path_of));
}

TEST(EmbedPage, AllowsWhereTheSegmentsAre) {
  const std::string policy = embed_response("page", true, "https://cdn.example:8080/x").extra;
  EXPECT_THAT(policy, testing::HasSubstr("connect-src 'self' https://cdn.example:8080; "));
  EXPECT_THAT(policy, testing::HasSubstr("media-src 'self' https://cdn.example:8080 blob:; "));
  EXPECT_THAT(embed_response("page", true, "/x").extra, testing::HasSubstr("connect-src 'self'; "));
}

TEST(EmbedPage, AllowsOurOwnFilesAlone) {
  const Response known = embed_response("page", true, "");
  EXPECT_EQ(known.status, 200U);
  EXPECT_THAT(known.extra, testing::HasSubstr("Content-Security-Policy: default-src 'none'"));
  EXPECT_THAT(known.extra, testing::Not(testing::HasSubstr("unsafe")));
  EXPECT_FALSE(known.etag.empty());
  EXPECT_EQ(embed_response("page", false, "").status, 404U);
}

}  // namespace
}  // namespace flu::serve
