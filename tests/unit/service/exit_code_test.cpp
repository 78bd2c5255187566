#include "libcommon/service/exit_code.h"

#include <gtest/gtest.h>

namespace flu::service {
namespace {

// flu-supervisor decides by these alone whether a unit starts again.
TEST(ExitCode, TellsWhatTheParentMayDo) {
  EXPECT_EQ(to_exit_code(ErrorCode::kInvalidArgument), ExitCode::kUsage);
  EXPECT_EQ(to_exit_code(ErrorCode::kUnavailable), ExitCode::kUnavailable);
  EXPECT_EQ(to_exit_code(ErrorCode::kMalformed), ExitCode::kBadInput);
  EXPECT_EQ(to_exit_code(ErrorCode::kUnsupported), ExitCode::kBadInput);
  EXPECT_EQ(to_exit_code(ErrorCode::kLimitExceeded), ExitCode::kBadInput);
  EXPECT_EQ(to_exit_code(ErrorCode::kNotFound), ExitCode::kNegative);
  EXPECT_EQ(to_exit_code(ErrorCode::kDenied), ExitCode::kNegative);
  EXPECT_EQ(to_exit_code(ErrorCode::kCancelled), ExitCode::kOk);
}

}  // namespace
}  // namespace flu::service
