#include "libcommon/io/system_error.h"

#include <cerrno>

#include <gtest/gtest.h>

namespace flu::io {
namespace {

TEST(SystemError, SaysWhatWasTriedAndWhy) {
  const Error error = system_error("open", "/srv/a", EACCES);
  EXPECT_EQ(error.message, "open /srv/a: permission denied");
  EXPECT_EQ(error.code, ErrorCode::kDenied);
}

TEST(SystemError, TheCodeSaysWhetherARetryMayHelp) {
  EXPECT_EQ(system_error("a", "b", ENOENT).code, ErrorCode::kNotFound);
  EXPECT_EQ(system_error("a", "b", ECONNREFUSED).code, ErrorCode::kUnavailable);
  EXPECT_EQ(system_error("a", "b", EINVAL).code, ErrorCode::kInvalidArgument);
}

}  // namespace
}  // namespace flu::io
