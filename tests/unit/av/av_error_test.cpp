#include "libcommon/av/av_error.h"

#include <cerrno>

#include <gtest/gtest.h>

extern "C" {
#include <libavutil/error.h>
}

namespace flu::av {
namespace {

TEST(AvError, TellsWhatTheCallerCanDo) {
  EXPECT_EQ(to_error(AVERROR_INVALIDDATA).code, ErrorCode::kMalformed);
  EXPECT_EQ(to_error(AVERROR(ENOENT)).code, ErrorCode::kNotFound);
  EXPECT_EQ(to_error(AVERROR(ECONNREFUSED)).code, ErrorCode::kUnavailable);
  EXPECT_EQ(to_error(AVERROR_HTTP_UNAUTHORIZED).code, ErrorCode::kDenied);
  EXPECT_EQ(to_error(AVERROR_HTTP_NOT_FOUND).code, ErrorCode::kUnavailable);
  EXPECT_EQ(to_error(AVERROR_EXIT).code, ErrorCode::kCancelled);
}

TEST(AvError, WordsBeginSmall) {
  EXPECT_EQ(to_error(AVERROR(ECONNREFUSED)).message, "connection refused");
}

}  // namespace
}  // namespace flu::av
