#include "tools/auth/registry.h"

#include <string>
#include <vector>

#include <gtest/gtest.h>

#include "tools/auth/limits.h"

namespace flu::auth {
namespace {

class RegistryTest : public ::testing::Test {
 protected:
  static Viewer viewer(std::string type, std::string token = "", std::string ip = "10.0.0.1") {
    Viewer out;
    out.name = "ort";
    out.ip = std::move(ip);
    out.type = std::move(type);
    out.token = std::move(token);
    out.is_endless = out.type == "mpegts";
    return out;
  }
  static constexpr std::size_t kMost = 100;
  void pass(seconds time) {
    now_.monotonic += time;
    now_.utc_ms += 1000 * time.count();
  }

  std::vector<std::string> opened_;
  std::vector<std::string> closed_;
  std::uint64_t closed_bytes_ = 0;
  Registry registry_{[this](const Session& session) { opened_.push_back(session.session_id()); },
                     [this](const Session& session) {
                       closed_.push_back(session.session_id());
                       closed_bytes_ = session.bytes();
                     },
                     kMost};
  Registry::Moment now_{MonotonicTime{} + seconds(1000), 1'700'000'000'000};
};

TEST_F(RegistryTest, RequestsOfOneViewerAreOneSessionInAllWorkers) {
  const auto first = registry_.open({1, 1}, viewer("hls", "t"), now_);
  const auto second = registry_.open({2, 1}, viewer("hls", "t"), now_);
  ASSERT_NE(first.session, nullptr);
  EXPECT_EQ(first.session, second.session);
  registry_.report({1, 1}, 100);
  registry_.report({2, 1}, 50);
  EXPECT_EQ(first.session->bytes(), 150U);
  EXPECT_EQ(registry_.clients().at("ort"), 1U);
  registry_.close({1, 1}, now_);
  EXPECT_EQ(registry_.size(), 1U);
  registry_.close({2, 1}, now_);
  EXPECT_EQ(registry_.size(), 0U);
  EXPECT_EQ(closed_, opened_);
  EXPECT_EQ(closed_bytes_, 150U);
  EXPECT_TRUE(registry_.clients().empty());
}

TEST_F(RegistryTest, AnotherTokenAddressOrProtocolIsAnotherSession) {
  registry_.open({1, 1}, viewer("hls", "t"), now_);
  registry_.open({1, 2}, viewer("hls", "u"), now_);
  registry_.open({1, 3}, viewer("hls", "t", "10.0.0.2"), now_);
  registry_.open({1, 4}, viewer("dash", "t"), now_);
  EXPECT_EQ(registry_.size(), 4U);
}

// SHA-1 of "ort\0" "10.0.0.1\0" "t", whatever the protocol.
TEST_F(RegistryTest, TheIdIsTheHashOfNameAddressAndToken) {
  const auto hls = registry_.open({1, 1}, viewer("hls", "t"), now_);
  const auto dash = registry_.open({1, 2}, viewer("dash", "t"), now_);
  EXPECT_EQ(hls.session->id, "d4e8bba54d5941b4f63be4bc90fa2947ea3ac17b");
  EXPECT_EQ(dash.session->id, hls.session->id);
  EXPECT_NE(dash.session->session_id(), hls.session->session_id());
}

TEST_F(RegistryTest, EachEndlessConnectionIsASession) {
  const auto first = registry_.open({1, 1}, viewer("mpegts"), now_);
  const auto second = registry_.open({1, 2}, viewer("mpegts"), now_);
  EXPECT_NE(first.session->session_id(), second.session->session_id());
  EXPECT_EQ(registry_.clients().at("ort"), 2U);
}

TEST_F(RegistryTest, SegmentsBelongToTheNewestSessionOfTheirViewer) {
  const auto playlist = registry_.open({1, 1}, viewer("dash", "t"), now_);
  EXPECT_EQ(registry_.open({2, 1}, viewer(""), now_).session, playlist.session);
  EXPECT_EQ(registry_.open({2, 2}, viewer("dash"), now_).session, playlist.session);
  EXPECT_NE(registry_.open({2, 3}, viewer("hls"), now_).session, playlist.session);
  EXPECT_EQ(registry_.open({3, 1}, viewer("", "", "10.0.0.9"), now_).session->viewer.type, "hls");
}

TEST_F(RegistryTest, LimitsRefuseWhoIsNew) {
  Policy policy;
  policy.stream_max_sessions["ort"] = 1;
  registry_.set_policy(policy);
  EXPECT_TRUE(registry_.open({1, 1}, viewer("hls", "a"), now_).is_allowed);
  const auto refused = registry_.open({1, 2}, viewer("hls", "b"), now_);
  EXPECT_FALSE(refused.is_allowed);
  EXPECT_EQ(refused.reason, "the stream has all the viewers that it may have, 1");
  EXPECT_TRUE(registry_.open({2, 1}, viewer("hls", "a"), now_).is_allowed);
  // A worker that lost us has it: it goes on.
  EXPECT_TRUE(registry_.open({2, 2}, viewer("hls", "b"), now_, Registry::Known{5, 5}).is_allowed);
  policy.max_sessions = 2;
  registry_.set_policy(policy);
  Viewer other = viewer("hls");
  other.name = "other";
  EXPECT_EQ(registry_.open({1, 3}, other, now_).reason,
            "the server has all the viewers that it may have, 2");
}

TEST_F(RegistryTest, ADeadWorkersViewersComeToAnother) {
  const auto before = registry_.open({1, 1}, viewer("hls"), now_).session->session_id();
  registry_.open({1, 2}, viewer("mpegts"), now_);
  registry_.report({1, 1}, 70);
  registry_.drop(1, now_);
  EXPECT_EQ(registry_.size(), 1U) << "a connection is gone with its worker";
  pass(seconds(5));
  registry_.expire(now_);
  const auto again = registry_.open({2, 1}, viewer("hls"), now_);
  EXPECT_EQ(again.session->session_id(), before);
  EXPECT_EQ(again.session->bytes(), 70U);
  registry_.drop(2, now_);
  pass(kIdleTime + seconds(1));
  registry_.expire(now_);
  EXPECT_EQ(registry_.size(), 0U);
}

TEST_F(RegistryTest, WhatWorkersKnewGoesOnAfterARestart) {
  Registry next([](const Session&) {}, [](const Session&) {}, kMost);
  const auto hls = next.open({1, 1}, viewer("hls"), now_, Registry::Known{5000, 100});
  next.open({2, 1}, viewer("hls"), now_, Registry::Known{6000, 10});
  EXPECT_EQ(hls.session->created_ms, 5000);
  EXPECT_EQ(hls.session->bytes(), 110U);
  next.open({1, 2}, viewer("mpegts"), now_, Registry::Known{7000, 1});
  next.open({1, 3}, viewer("mpegts"), now_, Registry::Known{7001, 1});
  EXPECT_EQ(next.size(), 3U);
}

TEST_F(RegistryTest, SessionsAreClosedByEitherId) {
  const auto* const hls = registry_.open({1, 1}, viewer("hls", "t"), now_).session;
  const std::string id = hls->id;
  const std::string session_id = hls->session_id();
  registry_.open({2, 9}, viewer("hls", "t"), now_);
  registry_.open({1, 2}, viewer("dash", "t"), now_);
  std::size_t count = 0;
  EXPECT_EQ(registry_.revoke(session_id, count), (std::vector<PartId>{{1, 1}, {2, 9}}));
  EXPECT_EQ(count, 1U);
  EXPECT_EQ(registry_.revoke(id, count), (std::vector<PartId>{{1, 2}}));
  EXPECT_EQ(registry_.revoke(id, count), (std::vector<PartId>{}));
  EXPECT_EQ(count, 0U);
  EXPECT_EQ(registry_.size(), 0U);
  registry_.report({1, 1}, 5);
  registry_.close({1, 1}, now_);
}

TEST_F(RegistryTest, ListsPageByPage) {
  for (std::uint64_t i = 0; i < 25; ++i) {
    registry_.open({1, i}, viewer("hls", std::to_string(i)), now_);
  }
  std::uint64_t after = 0;
  std::size_t all = 0;
  for (auto page = registry_.list(after, "", 10); !page.empty();
       page = registry_.list(after, "", 10)) {
    all += page.size();
    after = page.back()->number;
  }
  EXPECT_EQ(all, 25U);
  EXPECT_TRUE(registry_.list(0, "nothing", 10).empty());
}

TEST_F(RegistryTest, ManyViewersAreBounded) {
  for (std::uint64_t i = 0; i < kMost + 10; ++i) {
    const auto decision = registry_.open({1, i}, viewer("hls", std::to_string(i)), now_);
    ASSERT_TRUE(decision.is_allowed);
  }
  EXPECT_EQ(registry_.size(), kMost);
  EXPECT_EQ(registry_.uncounted(), 10U);
}

}  // namespace
}  // namespace flu::auth
