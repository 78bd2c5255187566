#include "libcommon/service/cli_docs.h"

#include <sstream>

#include <gmock/gmock.h>
#include <gtest/gtest.h>

namespace flu::service {
namespace {

using ::testing::HasSubstr;
using ::testing::Not;

// An app with one of everything that the pages and the completion must show.
class CliDocs : public ::testing::Test {
 protected:
  CliDocs() {
    cli_.add_option("-k,--key-file", key_file_, "File with the key")->check(CLI::ExistingFile);
    cli_.add_option("--root", root_, "Where it lies")->type_name("DIR");
    cli_.add_option("--secret", secret_, "For us alone")->group("");
    cli_.add_option("--level", level_, "How loud")
        ->type_name("LEVEL")
        ->check(CLI::IsMember({"low", "high"}))
        ->capture_default_str();
    cli_.add_option("URL", urls_, "Where from")->required();
    cli_.add_flag("--json", is_json_, "Machine-readable.");
    auto* config = cli_.add_subcommand("config", "Work on the config");
    auto* check = config->add_subcommand("check", "Look for mistakes");
    check->add_option("FILE", key_file_, "The config");
    check->add_flag("--strict", is_json_, "Warnings count");
    cli_.add_subcommand("hidden", "Not shown")->group("");
  }

  CLI::App cli_{"Does a thing", "flu-x"};
  std::string key_file_, root_, secret_, level_ = "low";
  std::vector<std::string> urls_;
  bool is_json_ = false;
};

TEST_F(CliDocs, PageNamesEachOptionOnceWithItsValueAndHelp) {
  const std::string page = man_page(cli_);
  EXPECT_THAT(page, HasSubstr(".TH FLU\\-X 1"));
  EXPECT_THAT(page, HasSubstr("flu\\-x \\- Does a thing\n"));
  EXPECT_THAT(page, HasSubstr("\\fB\\-k\\fR, \\fB\\-\\-key\\-file\\fR"));
  EXPECT_THAT(page, HasSubstr("File with the key.\n"));
  EXPECT_THAT(page, HasSubstr("Machine\\-readable.\n"));
  EXPECT_THAT(page, HasSubstr("One of: low, high.\nDefault: low."));
  EXPECT_THAT(page, Not(HasSubstr("secret")));
}

TEST_F(CliDocs, PageShowsHowOftenAnArgumentMayStand) {
  EXPECT_THAT(man_page(cli_), HasSubstr("[\\fIOPTION\\fR]... \\fIURL\\fR... \\fICOMMAND\\fR\n"));
  EXPECT_THAT(man_page(cli_), HasSubstr(".SS config check [\\fIFILE\\fR]\n"));
}

TEST_F(CliDocs, PageHasTheMarkForProseAndTheExitCodes) {
  EXPECT_THAT(man_page(cli_), HasSubstr("@PROSE@\n.SH OPTIONS"));
  EXPECT_THAT(man_page(cli_), HasSubstr(".SH EXIT STATUS\n.TP\n.B 0\nSuccess."));
}

TEST_F(CliDocs, APlaceholderMayHoldAColonInBrackets) {
  cli_.add_option("--http", root_, "Listen here")
      ->type_name("[IP:]PORT")
      ->check(CLI::TypeValidator<int>("INT"));
  EXPECT_THAT(man_page(cli_), HasSubstr("\\-\\-http\\fR \\fI[IP:]PORT\\fR\nListen here.\n"));
}

TEST_F(CliDocs, TextThatRoffWouldTakeForARequestIsEscaped) {
  cli_.add_flag("--odd", is_json_, ".conf files\n'quoted' \\ back");
  EXPECT_THAT(man_page(cli_), HasSubstr("\\&.conf files\n\\&'quoted' \\e back."));
}

TEST_F(CliDocs, CompletionTellsTheKindOfEachWord) {
  const std::string table = completion_table(cli_);
  EXPECT_THAT(table, HasSubstr("\t-k\tfile\n\t--key-file\tfile\n"));
  EXPECT_THAT(table, HasSubstr("\t--root\tdirectory\n"));
  EXPECT_THAT(table, HasSubstr("\t--level\tchoice:low high\n"));
  EXPECT_THAT(table, HasSubstr("\t--json\tflag\n"));
  EXPECT_THAT(table, HasSubstr("\tURL\targument\n"));
  EXPECT_THAT(table, HasSubstr("\tconfig\tcommand\n"));
  EXPECT_THAT(table, Not(HasSubstr("secret")));
  EXPECT_THAT(table, Not(HasSubstr("hidden")));
}

TEST_F(CliDocs, CompletionOfANestedCommandCarriesItsWholePath) {
  const std::string table = completion_table(cli_);
  EXPECT_THAT(table, HasSubstr("config\tcheck\tcommand\n"));
  EXPECT_THAT(table, HasSubstr("config check\t--strict\tflag\n"));
  EXPECT_THAT(table, HasSubstr("config check\tFILE\targument\n"));
}

TEST_F(CliDocs, OptionsOfAGroupAreTheirParents) {
  cli_.add_option_group("listening", "Where to listen")->add_option("--http", root_, "HTTP port");
  EXPECT_THAT(completion_table(cli_), HasSubstr("\t--http\tvalue\n"));
  EXPECT_THAT(man_page(cli_), HasSubstr("\\-\\-http"));
}

TEST_F(CliDocs, HelpFitsATerminal) {
  std::string text;
  for (int i = 0; i < 30; ++i) text += "word" + std::to_string(i) + " ";
  cli_.add_option("--long", root_, text + std::string(70, 'x'))->type_name("DIR");
  cli_.formatter(std::make_shared<HelpFormatter>());
  std::istringstream help(cli_.help());
  int lines = 0;
  for (std::string line; std::getline(help, line);) {
    if (line.find("xxx") != std::string::npos) continue;  // one word cannot be parted
    EXPECT_LE(line.size(), 80U) << line;
    if (line.find(" word") != std::string::npos) ++lines;
  }
  EXPECT_EQ(lines, 5);
}

TEST_F(CliDocs, HelpNamesTheValueItsChoicesAndItsDefault) {
  cli_.formatter(std::make_shared<HelpFormatter>());
  const std::string help = cli_.help();
  EXPECT_THAT(help, HasSubstr("Usage: flu-x [OPTION]... URL... COMMAND\n"));
  EXPECT_THAT(help, HasSubstr("--level LEVEL "));
  EXPECT_THAT(help, HasSubstr("How loud; one of low, high [low]\n"));
  EXPECT_THAT(help, HasSubstr("\n  URL... "));
  EXPECT_THAT(help, HasSubstr("\n  config COMMAND "));
  EXPECT_THAT(help, Not(HasSubstr("secret")));
}

}  // namespace
}  // namespace flu::service
