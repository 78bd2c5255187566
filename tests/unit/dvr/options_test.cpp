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

TEST(DvrOptions, ALockIsOfOneStreamAndARange) {
  const Options options = parse("--root /srv/dvr lock cams/1 --from 1483971680 --duration 1000");
  EXPECT_EQ(options.names, std::vector<std::string>{"cams/1"});
  EXPECT_EQ(options.from, "1483971680");
  EXPECT_THROW(parse("--root /srv/dvr lock cams/1 --from 1483971680"), CLI::ParseError);
  EXPECT_THROW(parse("--root /srv/dvr lock a b --from 1 --duration 1"), CLI::ParseError);
  EXPECT_THROW(parse("--root /srv/dvr unlock --from 1 --duration 1"), CLI::ParseError);
}

}  // namespace
}  // namespace flu::dvr
