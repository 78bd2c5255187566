#include "tools/dvr/record/retry.h"

#include <gtest/gtest.h>

#include "tools/dvr/record/limits.h"

namespace flu::dvr {
namespace {

TEST(Retry, WaitsLongerEachTimeUpToABound) {
  Retry retry;
  MonotonicTime now{};
  EXPECT_TRUE(retry.is_due(now));
  retry.failed("full", now);
  EXPECT_FALSE(retry.is_due(now + kFirstRetry / 2));
  EXPECT_TRUE(retry.is_due(now + kFirstRetry));
  for (int i = 0; i < 20; ++i) retry.failed("full", now);
  EXPECT_FALSE(retry.is_due(now + kLastRetry / 2));
  EXPECT_TRUE(retry.is_due(now + kLastRetry));
}

TEST(Retry, OnlyAnotherReasonIsNews) {
  Retry retry;
  EXPECT_FALSE(retry.succeeded());
  EXPECT_TRUE(retry.failed("full", {}));
  EXPECT_FALSE(retry.failed("full", {}));
  EXPECT_TRUE(retry.failed("gone", {}));
  EXPECT_TRUE(retry.is_failing());
  EXPECT_TRUE(retry.succeeded());
  EXPECT_FALSE(retry.is_failing());
  EXPECT_TRUE(retry.is_due({}));
}

}  // namespace
}  // namespace flu::dvr
