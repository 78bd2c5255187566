#include "tools/dvr/options.h"

#include <gtest/gtest.h>

namespace flu::dvr {
namespace {

Options parse(const std::string& line) {
  Options options;
  CLI::App cli;
  define_options(cli, options);
  cli.parse(line);
  return options;
}

TEST(DvrOptions, TheRootStandsBeforeOrBehindTheCommand) {
  EXPECT_EQ(parse("adopt --root /srv/dvr").root, "/srv/dvr");
  EXPECT_EQ(parse("--root /srv/dvr adopt").command, "adopt");
}

TEST(DvrOptions, ACommandAndARootAreNeeded) {
  EXPECT_THROW(parse("--root /srv/dvr"), CLI::ParseError);
  EXPECT_THROW(parse("adopt"), CLI::ParseError);
}

}  // namespace
}  // namespace flu::dvr
