#include "libcommon/service/tool.h"

#include <csignal>
#include <stdexcept>
#include <vector>

#include <gmock/gmock.h>
#include <gtest/gtest.h>

namespace flu::service {
namespace {

using ::testing::HasSubstr;

struct Outcome {
  int code = 0;
  std::string out, err;
};

// Runs a tool with one option and one required argument on `words`.
Outcome run_tool(std::vector<std::string> words, const std::function<Result<>()>& body) {
  Tool tool("flu-x", "Does a thing");
  std::string name;
  tool.cli().add_option("NAME", name, "What")->required();
  words.insert(words.begin(), "flu-x");
  std::vector<char*> argv;
  for (auto& word : words) argv.push_back(word.data());
  ::testing::internal::CaptureStdout();
  ::testing::internal::CaptureStderr();
  Outcome outcome;
  outcome.code = tool.run(static_cast<int>(argv.size()), argv.data(), body);
  outcome.out = ::testing::internal::GetCapturedStdout();
  outcome.err = ::testing::internal::GetCapturedStderr();
  return outcome;
}

Result<> succeed() {
  return {};
}

TEST(Tool, SuccessIsSilent) {
  const Outcome outcome = run_tool({"a"}, succeed);
  EXPECT_EQ(outcome.code, 0);
  EXPECT_EQ(outcome.out + outcome.err, "");
}

TEST(Tool, AnErrorIsOneLineAndItsExitCode) {
  const Outcome outcome = run_tool({"a"}, []() -> Result<> {
    return tl::unexpected(Error{ErrorCode::kUnavailable, "publish a: refused"});
  });
  EXPECT_EQ(outcome.code, 3);
  EXPECT_EQ(outcome.err, "flu-x: publish a: refused\n");
}

TEST(Tool, AnExceptionIsADefect) {
  const Outcome outcome = run_tool({"a"}, []() -> Result<> { throw std::runtime_error("broken"); });
  EXPECT_EQ(outcome.code, 70);
  EXPECT_EQ(outcome.err, "flu-x: internal error: broken\n");
}

TEST(Tool, AWrongCommandLineIsOneLineAndExitCode2) {
  const Outcome missing = run_tool({}, succeed);
  EXPECT_EQ(missing.code, 2);
  EXPECT_EQ(missing.err, "flu-x: NAME is missing (see flu-x --help)\n");
  const Outcome unknown = run_tool({"a", "--colour"}, succeed);
  EXPECT_EQ(unknown.code, 2);
  EXPECT_THAT(unknown.err, HasSubstr("flu-x: unknown option '--colour'"));
}

TEST(Tool, HelpAndVersionNeedNoArguments) {
  const Outcome help = run_tool({"--help"}, succeed);
  EXPECT_EQ(help.code, 0);
  EXPECT_THAT(help.out, HasSubstr("--log-level"));
  const Outcome version = run_tool({"--version"}, succeed);
  EXPECT_EQ(version.code, 0);
  EXPECT_THAT(version.out, HasSubstr("flu-x "));
}

TEST(Tool, GeneratesItsPageAndItsCompletion) {
  EXPECT_THAT(run_tool({"--generate", "man"}, succeed).out, HasSubstr(".SH EXIT STATUS"));
  EXPECT_THAT(run_tool({"--generate", "completion"}, succeed).out,
              HasSubstr("\t--ready-fd\tvalue"));
}

TEST(Tool, AReaderWhoLeftDoesNotKillIt) {
  run_tool({"a"}, [] {
    std::raise(SIGPIPE);
    return Result<>{};
  });
}

TEST(Tool, CommonOptionsStandBeforeOrAfterASubcommand) {
  for (const bool is_after : {false, true}) {
    Tool tool("flu-x", "Does a thing");
    tool.cli().add_subcommand("go", "Go");
    std::vector<std::string> words = is_after ? std::vector<std::string>{"flu-x", "go", "--json"}
                                              : std::vector<std::string>{"flu-x", "--json", "go"};
    std::vector<char*> argv;
    for (auto& word : words) argv.push_back(word.data());
    EXPECT_EQ(tool.run(static_cast<int>(argv.size()), argv.data(), succeed), 0);
    EXPECT_TRUE(tool.common().is_json);
  }
}

}  // namespace
}  // namespace flu::service
