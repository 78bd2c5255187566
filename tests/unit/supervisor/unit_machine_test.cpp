#include "tools/supervisor/unit_machine.h"

#include <gtest/gtest.h>

namespace flu::supervisor {
namespace {

using std::chrono::milliseconds;
using std::chrono::seconds;

constexpr MonotonicTime kStart{std::chrono::hours(1)};
const Ending kClean{};
const Ending kUnavailable{3, 0, ""};
const Ending kUsage{2, 0, ""};
const Ending kKilled{0, 9, ""};

milliseconds delay_of(const UnitMachine& machine, MonotonicTime now) {
  return std::chrono::duration_cast<milliseconds>(machine.deadline().value() - now);
}

UnitMachine running(MonotonicTime now = kStart) {
  UnitMachine machine;
  EXPECT_EQ(machine.want(now), Action::kStart);
  machine.on_message(now);
  EXPECT_EQ(machine.state(), UnitState::kRunning);
  return machine;
}

TEST(UnitMachine, StartsWhenWantedAndEndsWhenNot) {
  UnitMachine machine = running();
  EXPECT_EQ(machine.unwant(kStart), Action::kTerminate);
  EXPECT_EQ(machine.state(), UnitState::kStopping);
  EXPECT_EQ(machine.unwant(kStart), Action::kNone);
  EXPECT_EQ(machine.on_end(kClean, kStart), Action::kNone);
  EXPECT_EQ(machine.state(), UnitState::kIdle);
  EXPECT_FALSE(machine.deadline());
}

TEST(UnitMachine, WantedAgainWhileStoppingStartsAtItsEnd) {
  UnitMachine machine = running();
  machine.unwant(kStart);
  EXPECT_EQ(machine.want(kStart), Action::kNone);
  EXPECT_EQ(machine.on_end(kClean, kStart), Action::kStart);
  EXPECT_EQ(machine.state(), UnitState::kStarting);
}

TEST(UnitMachine, UnwantedWhileWaitingIsIdleAtOnce) {
  UnitMachine machine = running();
  machine.on_end(kUnavailable, kStart);
  EXPECT_EQ(machine.unwant(kStart), Action::kNone);
  EXPECT_EQ(machine.state(), UnitState::kIdle);
}

TEST(UnitMachine, ACrashIsRestartedAtOnce) {
  UnitMachine machine = running();
  EXPECT_EQ(machine.on_end(kKilled, kStart), Action::kNone);
  EXPECT_EQ(machine.state(), UnitState::kBackoff);
  EXPECT_LE(delay_of(machine, kStart), milliseconds(200));
  EXPECT_EQ(machine.on_time(kStart), Action::kNone);
  EXPECT_EQ(machine.on_time(kStart + milliseconds(200)), Action::kStart);
}

TEST(UnitMachine, EndWithoutErrorWaitsAtLeastASecond) {
  for (const double jitter : {0.0, 0.5, 0.999}) {
    UnitMachine machine(jitter);
    machine.want(kStart);
    machine.on_end(kClean, kStart);
    EXPECT_GE(delay_of(machine, kStart), seconds(1));
  }
}

TEST(UnitMachine, CrashLoopsSlowDownToHalfAMinute) {
  UnitMachine machine;
  machine.want(kStart);
  MonotonicTime now = kStart;
  milliseconds last{0};
  for (int i = 0; i < 40; ++i) {
    machine.on_end(kKilled, now);
    const milliseconds delay = delay_of(machine, now);
    EXPECT_GE(delay, last);
    EXPECT_LE(delay, seconds(36));
    last = delay;
    now = *machine.deadline();
    EXPECT_EQ(machine.on_time(now), Action::kStart);
  }
  EXPECT_GE(last, seconds(24));
}

TEST(UnitMachine, AGoodRunForgetsEarlierFailures) {
  UnitMachine machine;
  machine.want(kStart);
  MonotonicTime now = kStart;
  for (int i = 0; i < 8; ++i) {
    machine.on_end(kKilled, now);
    now = *machine.deadline();
    machine.on_time(now);
  }
  now += seconds(60);
  machine.on_end(kKilled, now);
  EXPECT_LE(delay_of(machine, now), milliseconds(200));
}

TEST(UnitMachine, JitterSpreadsRestarts) {
  UnitMachine early(0);
  UnitMachine late(0.99);
  for (UnitMachine* machine : {&early, &late}) {
    machine->want(kStart);
    machine->on_end(kUnavailable, kStart);
  }
  EXPECT_LT(*early.deadline(), *late.deadline());
}

TEST(UnitMachine, AWrongConfigurationIsNotRestarted) {
  UnitMachine machine = running();
  EXPECT_EQ(machine.on_end(kUsage, kStart), Action::kNone);
  EXPECT_EQ(machine.state(), UnitState::kFailed);
  EXPECT_FALSE(machine.deadline());
  EXPECT_EQ(machine.want(kStart), Action::kNone);
  // A changed plan is another configuration.
  EXPECT_EQ(machine.restart(kStart), Action::kStart);
}

TEST(UnitMachine, SilenceIsKilledAndRestarted) {
  UnitMachine machine = running();
  machine.on_message(kStart + seconds(5));
  EXPECT_EQ(machine.on_time(kStart + seconds(10)), Action::kNone);
  EXPECT_EQ(machine.on_time(kStart + seconds(15)), Action::kKill);
  EXPECT_EQ(machine.state(), UnitState::kKilling);
  machine.on_message(kStart + seconds(15));
  EXPECT_EQ(machine.state(), UnitState::kKilling);
  machine.on_end(kKilled, kStart + seconds(15));
  EXPECT_EQ(machine.state(), UnitState::kBackoff);
}

TEST(UnitMachine, NoHelloIsKilledToo) {
  UnitMachine machine;
  machine.want(kStart);
  EXPECT_EQ(machine.on_time(kStart + seconds(10)), Action::kKill);
}

TEST(UnitMachine, WhatDoesNotEndIsKilled) {
  UnitMachine machine = running();
  machine.unwant(kStart);
  EXPECT_EQ(machine.on_time(kStart + seconds(7)), Action::kNone);
  EXPECT_EQ(machine.on_time(kStart + seconds(8)), Action::kKill);
}

TEST(UnitMachine, RestartReplacesTheProcessWithoutDelay) {
  UnitMachine machine = running();
  EXPECT_EQ(machine.restart(kStart), Action::kTerminate);
  EXPECT_EQ(machine.restart(kStart), Action::kNone);
  EXPECT_EQ(machine.on_end(kClean, kStart), Action::kStart);
  UnitMachine waiting = running();
  waiting.on_end(kUnavailable, kStart);
  EXPECT_EQ(waiting.restart(kStart), Action::kStart);
  UnitMachine idle;
  EXPECT_EQ(idle.restart(kStart), Action::kNone);
}

TEST(UnitMachine, AdoptedProcessMustSayHelloIn5Seconds) {
  UnitMachine machine;
  machine.adopt(kStart);
  EXPECT_TRUE(machine.is_wanted());
  EXPECT_EQ(machine.on_time(kStart + seconds(5)), Action::kKill);
  UnitMachine good;
  good.adopt(kStart);
  good.on_message(kStart + seconds(1));
  EXPECT_EQ(good.state(), UnitState::kRunning);
  EXPECT_EQ(good.on_time(kStart + seconds(5)), Action::kNone);
}

TEST(UnitMachine, LeftoverOfARemovedUnitIsEnded) {
  UnitMachine machine;
  EXPECT_EQ(machine.discard(kStart), Action::kTerminate);
  machine.on_end(kUnavailable, kStart);
  EXPECT_EQ(machine.state(), UnitState::kIdle);
}

TEST(UnitMachine, FailedStartBacksOff) {
  UnitMachine machine;
  machine.want(kStart);
  machine.on_start_failed(kStart);
  EXPECT_EQ(machine.state(), UnitState::kBackoff);
  EXPECT_FALSE(machine.has_process());
}

TEST(Ending, SaysHowAndWhy) {
  EXPECT_EQ((Ending{3, 0, "connect: refused"}.to_text()), "exit code 3: connect: refused");
  EXPECT_EQ((Ending{0, 11, ""}.to_text()), "signal 11");
}

}  // namespace
}  // namespace flu::supervisor
