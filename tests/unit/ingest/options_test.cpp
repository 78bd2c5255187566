#include "tools/ingest/options.h"

#include <gmock/gmock.h>
#include <gtest/gtest.h>

namespace flu::ingest {
namespace {

using testing::ElementsAre;
using testing::HasSubstr;

struct Parsed {
  Options options;
  std::string error;
};

Parsed parse(const std::string& line) {
  Parsed out;
  CLI::App cli("test", "flu-ingest");
  define_options(cli, out.options);
  try {
    cli.parse(line);
  } catch (const CLI::ParseError& error) {
    out.error = error.what();
  }
  return out;
}

TEST(Options, DefaultsAreTheLiveCase) {
  const auto parsed = parse("udp://239.0.0.1:1234");
  EXPECT_EQ(parsed.error, "");
  EXPECT_EQ(parsed.options.format, "flu");
  EXPECT_EQ(parsed.options.to, "");
  EXPECT_EQ(parsed.options.retry_limit, 0U);
  EXPECT_FALSE(parsed.options.is_fast);
  EXPECT_FALSE(parsed.options.is_looped);
  EXPECT_THAT(parsed.options.words, ElementsAre("udp://239.0.0.1:1234"));
}

TEST(Options, WordsOfUrlsMayStandBetweenOptions) {
  const auto parsed =
      parse("--format ts udp://239.0.0.1:1234 program=21 --to cams/1 - pids=45,46 --fast");
  EXPECT_EQ(parsed.error, "");
  EXPECT_EQ(parsed.options.format, "ts");
  EXPECT_EQ(parsed.options.to, "cams/1");
  EXPECT_TRUE(parsed.options.is_fast);
  EXPECT_THAT(parsed.options.words,
              ElementsAre("udp://239.0.0.1:1234", "program=21", "-", "pids=45,46"));
}

TEST(Options, RefusalsNameWhatWasExpected) {
  EXPECT_THAT(parse("").error, HasSubstr("url"));
  EXPECT_THAT(parse("fake://fake --format mkv").error, HasSubstr("flu"));
  EXPECT_THAT(parse("fake://fake --to ../x").error, HasSubstr("is no stream name"));
  EXPECT_THAT(parse("fake://fake --retry-limit 0").error, HasSubstr("--retry-limit"));
  EXPECT_NE(parse("fake://fake --lop").error, "");
}

}  // namespace
}  // namespace flu::ingest
