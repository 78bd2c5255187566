#include "libcommon/service/usage_error.h"

#include <gtest/gtest.h>

namespace flu::service {
namespace {

std::string error_of(const std::string& line) {
  CLI::App app("Does things", "flu-x");
  app.fallthrough();
  bool is_json = false;
  int count = 0;
  std::string name;
  app.add_flag("--json", is_json);
  app.require_subcommand(1);
  app.add_subcommand("streams", "List")->add_option("--last", count);
  app.add_subcommand("stream", "Show")->add_option("name", name)->required();
  auto* config = app.add_subcommand("config", "Config");
  config->require_subcommand(1);
  config->add_subcommand("check", "Check");
  try {
    app.parse(line);
  } catch (const CLI::ParseError& error) {
    return usage_error(app, error);
  }
  return "";
}

TEST(UsageError, NamesTheWordThatIsNotKnown) {
  EXPECT_EQ(error_of("strems"),
            "unknown command 'strems', did you mean 'streams'? (see flu-x --help)");
  EXPECT_EQ(error_of("nonsense"), "unknown command 'nonsense' (see flu-x --help)");
  EXPECT_EQ(error_of("config chekc"),
            "unknown command 'chekc', did you mean 'check'? (see flu-x config --help)");
  EXPECT_EQ(error_of("streams --jsno"),
            "unknown option '--jsno', did you mean '--json'? (see flu-x streams --help)");
  EXPECT_EQ(error_of("streams --lats=5"),
            "unknown option '--lats', did you mean '--last'? (see flu-x streams --help)");
  EXPECT_EQ(error_of("--cofnig x"), "unknown option '--cofnig' (see flu-x --help)");
  EXPECT_EQ(error_of("stream a b"), "unexpected argument 'b' (see flu-x stream --help)");
}

TEST(UsageError, NamesWhatIsMissing) {
  EXPECT_EQ(error_of(""),
            "a command is missing, one of: streams, stream, config (see flu-x --help)");
  EXPECT_EQ(error_of("stream"), "NAME is missing (see flu-x stream --help)");
}

TEST(UsageError, ValuesAreSaidByTheirOption) {
  EXPECT_EQ(error_of("streams --last x"),
            "could not convert: --last = x (see flu-x streams --help)");
}

}  // namespace
}  // namespace flu::service
