#include "tools/ingest/burst_gate.h"

#include <gtest/gtest.h>

namespace flu::ingest {
namespace {

using std::chrono::milliseconds;
using std::chrono::seconds;

constexpr media::Ticks kFrame{3'600};  // 40 ms

// A server in a time of our own: frames of 40 ms go into the gate.
struct Server {
  BurstGate gate;
  MonotonicTime now{seconds(100)};
  media::Timestamp next{1'000'000};
  std::size_t given = 0;
  std::size_t calls = 0;

  void send(std::size_t frames, std::size_t bytes = 1) {
    Units units;
    for (std::size_t i = 0; i < frames; ++i) {
      media::Sample sample;
      sample.track_id = 1;
      sample.dts = next;
      sample.duration = kFrame;
      sample.data = Buffer(bytes);
      next += kFrame;
      units.emplace_back(std::move(sample));
    }
    gate.add(units, now);
    EXPECT_TRUE(units.empty());
    look();
  }
  void look() {
    const Units out = gate.take(now);
    if (out.empty()) return;
    given += out.size();
    ++calls;
  }
  void wait(milliseconds time) { now += time; }
};

TEST(BurstGate, ALiveStreamIsHeldOnceForAMoment) {
  Server server;
  server.send(1);
  EXPECT_EQ(server.given, 0U);
  EXPECT_TRUE(server.gate.deadline(server.now));
  for (int i = 0; i < 5; ++i) {
    server.wait(milliseconds(40));
    server.send(1);
  }
  EXPECT_EQ(server.given, 6U);
  EXPECT_FALSE(server.gate.deadline(server.now));
  server.wait(milliseconds(40));
  server.send(1);
  EXPECT_EQ(server.given, 7U);
}

TEST(BurstGate, ABurstIsGivenAsOne) {
  Server server;
  // 5 s of media in 0.5 s, then real time.
  for (int i = 0; i < 10; ++i) {
    server.send(12);
    server.wait(milliseconds(50));
  }
  EXPECT_EQ(server.given, 0U);
  for (int i = 0; i < 10 && server.given == 0; ++i) {
    server.send(1);
    server.wait(milliseconds(40));
  }
  EXPECT_EQ(server.calls, 1U);
  EXPECT_GE(server.given, 120U);
  EXPECT_EQ(server.gate.pause(server.now), milliseconds(0));
}

TEST(BurstGate, WhatIsHeldGoesOutWhenNothingMoreComes) {
  Server server;
  server.send(50);
  while (server.given == 0) {
    const auto deadline = server.gate.deadline(server.now);
    ASSERT_TRUE(deadline);
    ASSERT_GT(*deadline, server.now);
    server.now = *deadline;
    server.look();
  }
  EXPECT_EQ(server.given, 50U);
  EXPECT_LE(server.now - MonotonicTime(seconds(100)), milliseconds(600));
}

TEST(BurstGate, HoldsNoMoreThanItMay) {
  Server bytes;
  bytes.send(17, std::size_t{1} << 20);
  EXPECT_EQ(bytes.given, 17U);
  Server media;
  media.send(230);
  EXPECT_EQ(media.given, 230U);
  Server time;
  for (int i = 0; i < 31; ++i) {
    time.send(6);
    time.wait(milliseconds(100));
  }
  EXPECT_GT(time.given, 0U);
}

TEST(BurstGate, AFileIsReadInRealTime) {
  Server server;
  seconds elapsed{0};
  while (elapsed < seconds(60)) {
    milliseconds pause{0};
    while ((pause = server.gate.pause(server.now)).count() == 0) server.send(25);
    EXPECT_LT(pause, seconds(3));
    server.wait(pause);
    elapsed = std::chrono::duration_cast<seconds>(server.now.time_since_epoch()) - seconds(100);
  }
  // 60 s, what it may be ahead, the burst, and 2 %.
  EXPECT_LT(server.given, (60 + 10 + 10 + 3) * 25U);
}

TEST(BurstGate, AtTheEndItTellsWhatIsUnplayed) {
  Server server;
  server.send(51);
  EXPECT_EQ(server.gate.take(server.now, true).size(), 51U);
  server.wait(milliseconds(500));
  EXPECT_EQ(server.gate.unplayed(server.now), milliseconds(1'500));
  server.wait(milliseconds(5'000));
  EXPECT_EQ(server.gate.unplayed(server.now), milliseconds(0));
}

TEST(BurstGate, ALiveStreamIsNeverHeldBack) {
  Server server;
  server.send(100);
  server.wait(milliseconds(450));
  server.look();
  // Half an hour at 1 % too fast, with stalls of 4 s that are caught up.
  for (int i = 0; i < 1'800; ++i) {
    const bool is_stall = i % 60 == 0;
    server.wait(milliseconds(is_stall ? 4'990 : 990));
    server.send(is_stall ? 125 : 25);
    ASSERT_EQ(server.gate.pause(server.now), milliseconds(0)) << i;
  }
}

TEST(BurstGate, TimestampsMayBeginAnew) {
  Server server;
  server.send(10);
  server.wait(milliseconds(300));
  server.send(1);
  ASSERT_GT(server.given, 0U);
  server.next += seconds(50'000);
  server.send(25);
  EXPECT_EQ(server.gate.pause(server.now), milliseconds(0));
  server.next = media::Timestamp(0);
  server.wait(milliseconds(1'000));
  server.send(25);
  EXPECT_EQ(server.gate.pause(server.now), milliseconds(0));
}

}  // namespace
}  // namespace flu::ingest
