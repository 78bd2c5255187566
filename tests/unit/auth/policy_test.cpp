#include "tools/auth/policy.h"

#include <gtest/gtest.h>
#include <nlohmann/json.hpp>

namespace flu::auth {
namespace {

TEST(Policy, LimitsOfTheServerAndOfStreams) {
  const Policy policy = parse_policy(nlohmann::json::parse(
      R"({"max_sessions": 100, "streams": {"a/b": {"max_sessions": 2}, "c": {"x": 1}}})"));
  EXPECT_EQ(policy.max_sessions, 100U);
  EXPECT_EQ(policy.stream_max_sessions.size(), 1U);
  EXPECT_EQ(policy.stream_max_sessions.at("a/b"), 2U);
}

TEST(Policy, WhatIsOfAnotherKindLimitsNothing) {
  EXPECT_EQ(parse_policy(nlohmann::json()), Policy{});
  EXPECT_EQ(parse_policy(nlohmann::json::array({1})), Policy{});
  EXPECT_EQ(parse_policy({{"max_sessions", "5"}, {"streams", {1, 2}}}), Policy{});
  EXPECT_EQ(parse_policy({{"max_sessions", -5}, {"streams", {{"a", 1}}}}), Policy{});
}

}  // namespace
}  // namespace flu::auth
