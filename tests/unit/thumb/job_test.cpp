#include "tools/thumb/job.h"

#include <unistd.h>

#include <csignal>
#include <optional>
#include <string>

#include <gmock/gmock.h>
#include <gtest/gtest.h>

#include "tools/thumb/limits.h"

namespace flu::thumb {
namespace {

using testing::HasSubstr;

Result<Buffer> run(const Job::Work& work,
                   std::chrono::seconds patience = std::chrono::seconds(30)) {
  boost::asio::io_context loop(1);
  std::optional<Result<Buffer>> result;
  const auto job =
      Job::start(loop, work, patience, [&](Result<Buffer> got) { result = std::move(got); });
  EXPECT_TRUE(job);
  loop.run();
  return result.value_or(fail(ErrorCode::kCancelled, "never done"));
}

TEST(Job, GivesWhatWasMadeInAnotherProcess) {
  const pid_t own = ::getpid();
  const auto made = run([own] { return Buffer(300'000, ::getpid() == own ? 1 : 2); });
  ASSERT_TRUE(made) << made.error().message;
  EXPECT_EQ(*made, Buffer(300'000, 2));
}

TEST(Job, TellsTheErrorInItsWords) {
  const auto made =
      run([]() -> Result<Buffer> { return fail(ErrorCode::kMalformed, "bad picture"); });
  ASSERT_FALSE(made);
  EXPECT_EQ(made.error().message, "bad picture");
}

TEST(Job, ACrashIsAnError) {
  const auto made = run([]() -> Result<Buffer> {
    (void)::signal(SIGSEGV, SIG_DFL);
    (void)::raise(SIGSEGV);
    return Buffer{};
  });
  ASSERT_FALSE(made);
  EXPECT_THAT(made.error().message, HasSubstr("signal 11"));
}

TEST(Job, WhatHangsIsKilled) {
  const auto made = run(
      []() -> Result<Buffer> {
        while (true) ::pause();
      },
      std::chrono::seconds(1));
  ASSERT_FALSE(made);
  EXPECT_THAT(made.error().message, HasSubstr("too long"));
}

TEST(Job, MoreThanAPictureMayHaveIsNotTaken) {
  const auto made = run([] { return Buffer(kMaxJpegBytes + 1, 7); });
  ASSERT_FALSE(made);
  EXPECT_THAT(made.error().message, HasSubstr("too large"));
}

TEST(Job, DestroyedItIsKilled) {
  boost::asio::io_context loop(1);
  auto job = Job::start(
      loop,
      []() -> Result<Buffer> {
        while (true) ::pause();
      },
      std::chrono::seconds(60), [](const Result<Buffer>&) { FAIL() << "nobody waits any more"; });
  ASSERT_TRUE(job);
  job->reset();  // does not hang: the process is gone
  loop.run();
}

}  // namespace
}  // namespace flu::thumb
