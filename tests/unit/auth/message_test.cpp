#include "tools/auth/message.h"

#include <gtest/gtest.h>

#include "tools/auth/limits.h"

namespace flu::auth {
namespace {

using nlohmann::json;

// As it comes over a socket.
json parsed(const json& value) {
  return json::parse(value.dump());
}

TEST(AuthMessage, AWorkerAsksForSeveral) {
  const auto openings = parse_openings(parsed(
      {{"sessions",
        {{{"n", 1}, {"name", "a"}, {"ip", "1.2.3.4"}, {"type", "hls"}, {"token", "t"}},
         {{"n", 2}, {"name", "b"}, {"endless", true}, {"created_at", 1000}, {"bytes", 7}}}}}));
  ASSERT_EQ(openings.size(), 2U);
  EXPECT_EQ(openings[0].viewer.token, "t");
  EXPECT_FALSE(openings[0].known);
  EXPECT_TRUE(openings[1].viewer.is_endless);
  ASSERT_TRUE(openings[1].known);
  EXPECT_EQ(openings[1].known->created_ms, 1000);
  EXPECT_EQ(openings[1].known->bytes, 7U);
}

TEST(AuthMessage, WhatIsOfAnotherKindIsEmpty) {
  EXPECT_TRUE(parse_openings({{"sessions", 5}}).empty());
  EXPECT_TRUE(parse_openings({{"sessions", {1, "x", {{"n", 1}}}}}).empty());
  const auto openings = parse_openings(
      {{"sessions", {{{"name", "a"}, {"n", "1"}, {"token", 5}, {"created_at", "x"}}}}});
  ASSERT_EQ(openings.size(), 1U);
  EXPECT_EQ(openings[0].number, 0U);
  EXPECT_EQ(openings[0].viewer.token, "");
  EXPECT_TRUE(parse_numbers(parsed({{"numbers", {"x", -1, 3}}}), "numbers") ==
              (std::vector<std::uint64_t>{3}));
  EXPECT_TRUE(parse_report({{"bytes", {{1}, {1, "x"}, 5}}}, 1).empty());
  EXPECT_TRUE(parse_ids({{"ids", {1, json::object()}}}).empty());
}

TEST(AuthMessage, LongTextsAreCut) {
  const auto openings =
      parse_openings({{"sessions", {{{"name", "a"}, {"user_agent", std::string(100'000, 'x')}}}}});
  ASSERT_EQ(openings.size(), 1U);
  EXPECT_EQ(openings[0].viewer.user_agent.size(), kMaxField);
}

TEST(AuthMessage, ASessionHasTheDocumentedFields) {
  Session session;
  session.id = std::string(40, 'a');
  session.created_ms = 1000;
  session.viewer = {"ort", "127.0.0.1", "hls", "t", "", "", false};
  session.parts = {{{1, 1}, 5}, {{2, 1}, 6}};
  json out = describe_session(session, 4000);
  out.erase("number");
  EXPECT_EQ(out, (json{{"id", session.id},
                       {"session_id", session.id + "-1000"},
                       {"ip", "127.0.0.1"},
                       {"name", "ort"},
                       {"created_at", 1000},
                       {"duration", 3000},
                       {"type", "hls"},
                       {"bytes_sent", 11},
                       {"country", "NONE"}}));
}

}  // namespace
}  // namespace flu::auth
