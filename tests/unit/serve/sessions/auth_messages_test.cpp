#include "tools/serve/sessions/auth_messages.h"

#include <gtest/gtest.h>

#include "tools/serve/limits.h"

namespace flu::serve {
namespace {

using nlohmann::json;
using State = WorkerSession::State;

const MonotonicTime kNow = MonotonicTime{} + std::chrono::seconds(1000);

TEST(AuthMessages, ASessionIsToldWithBoundedTexts) {
  WorkerSession session;
  session.number = 7;
  session.viewer.stream = "ort";
  session.viewer.user_agent = std::string(kMaxViewerText + 100, 'x');
  session.bytes = 5;
  json told = describe_session(session);
  EXPECT_EQ(told.at("n"), 7);
  EXPECT_EQ(told.at("name"), "ort");
  EXPECT_EQ(told.at("user_agent").get<std::string>().size(), kMaxViewerText);
  EXPECT_FALSE(told.contains("bytes")) << "it is not open yet";
  session.state = State::kAllowed;
  EXPECT_EQ(describe_session(session).at("bytes"), 5);
}

TEST(AuthMessages, ADecisionIsTaken) {
  WorkerSession session;
  take_decision(session, json::parse(R"({"allow": true, "ttl": 60, "id": "ab", "type": "hls"})"),
                kNow);
  EXPECT_EQ(session.state, State::kAllowed);
  EXPECT_EQ(session.good_until, kNow + std::chrono::seconds(60));
  EXPECT_EQ(session.id, "ab");
  EXPECT_EQ(session.type, "hls");
  take_decision(session, json::parse(R"({"allow": false, "status": 429, "reason": "r"})"), kNow);
  EXPECT_EQ(session.state, State::kRefused);
  EXPECT_EQ(session.status, 429U);
  EXPECT_EQ(session.reason, "r");
  EXPECT_EQ(session.id, "ab") << "what is not said stays";
}

TEST(AuthMessages, WhatIsOfAnotherTypeIsNotTaken) {
  WorkerSession session;
  take_decision(session,
                json::parse(R"({"allow": 1, "ttl": "x", "status": 200, "id": 5, "reason": []})"),
                kNow);
  EXPECT_EQ(session.state, State::kAllowed);
  EXPECT_EQ(session.good_until, kNow + std::chrono::seconds(180));
  EXPECT_EQ(session.status, 400U);
  EXPECT_EQ(session.id, "");
  EXPECT_FALSE(session.reason.empty());
  take_decision(session, json::parse(R"({"ttl": 18446744073709551615})"), kNow);
  EXPECT_EQ(session.good_until, kNow + std::chrono::hours(24));
}

}  // namespace
}  // namespace flu::serve
