#include "libcommon/base/error.h"

#include <gtest/gtest.h>

#include "libcommon/base/result.h"

namespace flu {
namespace {

Result<int> fail_inside() {
  return fail(ErrorCode::kUnavailable, "connect: refused");
}

Result<int> pass_on() {
  FLU_TRY_ASSIGN(const int value, fail_inside());
  return value + 1;
}

TEST(Error, ContextStandsOutermostFirst) {
  Error error = Error{ErrorCode::kUnavailable, "connect: refused"}.with_context("publish cam1");
  EXPECT_EQ(error.message, "publish cam1: connect: refused");
  EXPECT_EQ(error.code, ErrorCode::kUnavailable);
}

TEST(Error, EveryCodeHasAName) {
  for (int code = 0; code <= static_cast<int>(ErrorCode::kCancelled); ++code) {
    EXPECT_NE(to_string(static_cast<ErrorCode>(code)), "unknown") << code;
  }
}

TEST(Error, TryPassesItOnUnchanged) {
  const auto result = pass_on();
  ASSERT_FALSE(result);
  EXPECT_EQ(result.error().code, ErrorCode::kUnavailable);
  EXPECT_EQ(result.error().message, "connect: refused");
}

}  // namespace
}  // namespace flu
