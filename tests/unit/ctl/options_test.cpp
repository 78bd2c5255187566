#include "tools/ctl/options.h"

#include <algorithm>
#include <vector>

#include <gtest/gtest.h>

namespace flu::ctl {
namespace {

Options parse(std::vector<std::string> words) {
  CLI::App app("test", "flu-ctl");
  Options options;
  define_options(app, options);
  std::reverse(words.begin(), words.end());  // as CLI11 wants them
  app.parse(words);
  return options;
}

TEST(Options, NameTheCommand) {
  EXPECT_EQ(parse({"status"}).command, "status");
  EXPECT_EQ(parse({"config", "check"}).command, "config check");
  const Options stream = parse({"stream", "a/b"});
  EXPECT_EQ(stream.command, "stream");
  EXPECT_EQ(stream.name, "a/b");
}

TEST(Options, CommonOnesStandBeforeOrAfterTheCommand) {
  EXPECT_EQ(parse({"--config", "x", "plan"}).config, "x");
  EXPECT_EQ(parse({"plan", "--config", "x"}).config, "x");
  EXPECT_EQ(parse({"config", "check", "--config", "x"}).config, "x");
}

TEST(Options, RefuseWhatIsNoCommand) {
  EXPECT_THROW(parse({}), CLI::ParseError);
  EXPECT_THROW(parse({"zebra"}), CLI::ParseError);
  EXPECT_THROW(parse({"explain"}), CLI::ParseError);
  EXPECT_THROW(parse({"config"}), CLI::ParseError);
}

}  // namespace
}  // namespace flu::ctl
