#include "tools/tls/options.h"

#include <gmock/gmock.h>
#include <gtest/gtest.h>

namespace flu::tls {
namespace {

using testing::HasSubstr;

struct Parsed {
  Options options;
  std::string error;
};

Parsed parse(const std::string& line) {
  Parsed out;
  CLI::App cli("test", "flu-tls");
  define_options(cli, out.options);
  try {
    cli.parse(line);
  } catch (const CLI::ParseError& error) {
    out.error = error.what();
  }
  return out;
}

TEST(Options, CertificatesAreVerifiedUnlessToldOtherwise) {
  const auto parsed = parse("[::1]:443");
  EXPECT_EQ(parsed.error, "");
  EXPECT_EQ(parsed.options.peer, "[::1]:443");
  EXPECT_EQ(parsed.options.ca_file, "");
  EXPECT_FALSE(parsed.options.is_unverified);
  EXPECT_TRUE(parse("--no-verify host:443").options.is_unverified);
}

TEST(Options, SaysWhatIsMissing) {
  EXPECT_NE(parse("").error, "");
  EXPECT_THAT(parse("host").error, HasSubstr("expected HOST:PORT"));
  EXPECT_THAT(parse("--ca /no/such/file host:443").error, HasSubstr("/no/such/file"));
}

TEST(Options, AnAuthorityIsOfNoUseWithoutVerification) {
  EXPECT_NE(parse("--ca /dev/null --no-verify host:443").error, "");
}

}  // namespace
}  // namespace flu::tls
