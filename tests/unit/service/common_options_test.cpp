#include "libcommon/service/common_options.h"

#include <gtest/gtest.h>

namespace flu::service {
namespace {

TEST(CommonOptions, MeanTheSameInEveryTool) {
  CLI::App cli;
  CommonOptions options;
  options.define(cli);
  cli.parse("--run-dir /r --state-dir /s --log-level debug --json --status --ready-fd 5");
  EXPECT_EQ(options.run_dir, "/r");
  EXPECT_EQ(options.state_dir, "/s");
  EXPECT_EQ(parse_log_level(options.log_level), LogLevel::kDebug);
  EXPECT_TRUE(options.is_json);
  EXPECT_TRUE(options.is_status);
  EXPECT_EQ(options.ready_fd, 5);
}

TEST(CommonOptions, DefaultsAskForNothing) {
  CLI::App cli;
  CommonOptions options;
  options.define(cli);
  cli.parse("");
  EXPECT_EQ(parse_log_level(options.log_level), LogLevel::kInfo);
  EXPECT_FALSE(options.is_json);
  EXPECT_FALSE(options.is_status);
  EXPECT_EQ(options.ready_fd, -1);
}

TEST(CommonOptions, RefuseAnUnknownLogLevel) {
  CLI::App cli;
  CommonOptions options;
  options.define(cli);
  EXPECT_THROW(cli.parse("--log-level chatty"), CLI::ValidationError);
}

}  // namespace
}  // namespace flu::service
