#include "libcommon/base/log.h"

#include <functional>

#include <gtest/gtest.h>

namespace flu {
namespace {

std::string written_by(const std::function<void()>& body) {
  ::testing::internal::CaptureStderr();
  body();
  return ::testing::internal::GetCapturedStderr();
}

class Log : public ::testing::Test {
 protected:
  void TearDown() override { set_log(LogLevel::kInfo, "flu"); }
};

TEST_F(Log, LinesBelowTheLevelAreNotWritten) {
  set_log(LogLevel::kAlert, "flu-x");
  EXPECT_EQ(written_by([] { log_info("stream {}", "a"); }), "");
  EXPECT_EQ(written_by([] { log_alert("stream {}", "a"); }), "flu-x: stream a\n");
}

TEST_F(Log, DebugTellsEverything) {
  set_log(LogLevel::kDebug, "flu-x");
  EXPECT_EQ(written_by([] { log_debug("{}", 1); }), "flu-x: 1\n");
}

TEST_F(Log, TroubleWithEveryPacketIsOneLineASecond) {
  RateLimitedLog trouble(LogLevel::kInfo);
  const MonotonicTime start{};
  const std::string text = written_by([&] {
    for (int i = 0; i < 10'000; ++i)
      trouble.add("bad packet", start + std::chrono::microseconds(i));
    trouble.add("bad packet", start + std::chrono::seconds(1));
  });
  EXPECT_EQ(text, "flu: bad packet\nflu: bad packet (9999 more like it)\n");
}

}  // namespace
}  // namespace flu
