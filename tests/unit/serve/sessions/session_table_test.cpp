#include "tools/serve/sessions/session_table.h"

#include <string>

#include <gtest/gtest.h>

#include "tools/serve/limits.h"

namespace flu::serve {
namespace {

const MonotonicTime kNow = MonotonicTime{} + seconds(1000);

Asking viewer(std::string_view type, std::string token = "", std::string_view ip = "10.0.0.1") {
  Asking out;
  out.stream = "ort";
  out.ip = ip;
  out.type = type;
  out.token = std::move(token);
  out.is_endless = type == "mpegts";
  return out;
}

TEST(SessionTable, EqualRequestsAreOne) {
  SessionTable table;
  const auto first = table.find_or_make(viewer("hls", "t"), kNow);
  EXPECT_EQ(table.find_or_make(viewer("hls", "t"), kNow), first);
  EXPECT_EQ(table.find_or_make(viewer("hls"), kNow), first) << "a segment without its token";
  EXPECT_EQ(table.find_or_make(viewer(""), kNow), first);
  EXPECT_NE(table.find_or_make(viewer("hls", "u"), kNow), first);
  EXPECT_NE(table.find_or_make(viewer("hls", "t", "10.0.0.2"), kNow), first);
  EXPECT_NE(table.find_or_make(viewer("dash", "t"), kNow), first);
  EXPECT_EQ(table.find(first->number), first);
}

TEST(SessionTable, EachConnectionWithoutEndIsOne) {
  SessionTable table;
  const auto first = table.find_or_make(viewer("mpegts"), kNow);
  EXPECT_NE(table.find_or_make(viewer("mpegts"), kNow), first);
  table.remove(*first);
  EXPECT_EQ(table.find(first->number), nullptr);
  EXPECT_EQ(table.all().size(), 1U);
}

TEST(SessionTable, WhoAsksNoMoreIsForgotten) {
  SessionTable table;
  const auto idle = table.find_or_make(viewer("hls", "a"), kNow);
  const auto busy = table.find_or_make(viewer("hls", "b"), kNow);
  const auto loading = table.find_or_make(viewer("hls", "c"), kNow);
  ++loading->answers;
  table.touch(*busy, kNow + seconds(10));
  EXPECT_TRUE(table.take_idle(kNow + kClientMemory).empty());
  const auto gone = table.take_idle(kNow + kClientMemory + seconds(1));
  ASSERT_EQ(gone.size(), 1U);
  EXPECT_EQ(gone.front(), idle);
  EXPECT_NE(table.find_or_make(viewer("hls", "a"), kNow), idle);
}

TEST(SessionTable, SoIsWhatClientsWrite) {
  SessionTable table;
  const std::string longest(16'000, 'x');
  std::size_t count = 0;
  while (table.find_or_make(viewer("hls", longest + std::to_string(count)), kNow) != nullptr) {
    ASSERT_LT(++count, kMaxWorkerSessionText / longest.size());
  }
  EXPECT_GT(count, kMaxWorkerSessionText / longest.size() / 3);
  EXPECT_EQ(table.find_or_make(viewer("hls", "short" + longest), kNow), nullptr);
  // What goes makes room.
  table.remove(*table.find(1));
  EXPECT_NE(table.find_or_make(viewer("hls", "short" + longest), kNow), nullptr);
  for (std::uint64_t number = 2; number <= count; ++number) table.remove(*table.find(number));
  for (std::size_t i = 0; i < count - 1; ++i) {
    ASSERT_NE(table.find_or_make(viewer("hls", longest + std::to_string(i)), kNow), nullptr) << i;
  }
}

TEST(SessionTable, ItsSizeIsBounded) {
  SessionTable table;
  for (std::size_t i = 0; i < kMaxWorkerSessions; ++i) {
    ASSERT_NE(table.find_or_make(viewer("hls", std::to_string(i)), kNow), nullptr);
  }
  EXPECT_EQ(table.find_or_make(viewer("hls", "more"), kNow), nullptr);
  EXPECT_NE(table.find_or_make(viewer("hls", "5"), kNow), nullptr) << "who is known goes on";
}

}  // namespace
}  // namespace flu::serve
