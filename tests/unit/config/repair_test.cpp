#include <gmock/gmock.h>
#include <gtest/gtest.h>

#include "libcommon/config/server_config.h"

namespace flu::config {
namespace {

using testing::ElementsAre;

std::vector<std::string> errors_of(std::string_view text) {
  std::vector<std::string> out;
  const LoadedConfig loaded = load_config(text);
  for (const Diagnostic& diagnostic : loaded.diagnostics.all()) {
    if (diagnostic.severity == Severity::kError) out.push_back(to_text(diagnostic, "f"));
  }
  return out;
}

constexpr const char* kBadSegments =
    "segments in stream 'a': expected a whole number from 1 to 20000, found 'q'";

TEST(Repair, ForgottenSemicolonHidesNoValue) {
  EXPECT_THAT(errors_of("stream a {\n  url fake://fake\n  segments q\n  title x\n}"),
              ElementsAre("f:2: ';' is missing after 'url': line 3 begins with 'segments'",
                          "f:3: ';' is missing after 'segments': line 4 begins with 'title'",
                          std::string("f:3: ") + kBadSegments));
  EXPECT_THAT(errors_of("http 8080\nhttp 8080;"),
              ElementsAre("f:1: ';' is missing after 'http': line 2 begins with 'http'",
                          "f:2: http 8080: line 1 listens on this port"));
}

TEST(Repair, ForgottenClosingBraceHidesNothingOfTheNextBlock) {
  EXPECT_THAT(errors_of("stream b {\n  url fake://fake;\nstream a {\n  segments q;\n}\n"
                        "stream b {\n}\n"),
              ElementsAre("f:1: '}' is missing: the block of 'stream b' is not closed",
                          "f:3: 'stream' does not stand in stream 'b': is a '}' missing before it?",
                          std::string("f:4: ") + kBadSegments,
                          "f:6: 'stream' does not stand in stream 'b': is a '}' missing before it?",
                          "f:6: stream 'b' is declared in line 1 already"));
}

TEST(Repair, ForgottenOpeningBraceHidesNothingOfItsBlock) {
  EXPECT_THAT(errors_of("stream a\n  url fake://fake;\n  segments q;\n}\nstream a { }"),
              ElementsAre("f:1: '{' is missing after 'a'", std::string("f:3: ") + kBadSegments,
                          "f:4: '}' closes nothing: no block is open here",
                          "f:5: stream 'a' is declared in line 1 already"));
}

TEST(Repair, MistakesInTheHeadOfABlockHideNothingInIt) {
  EXPECT_THAT(errors_of("straem a {\n  segments q;\n  tilte x;\n}"),
              ElementsAre("f:1: unknown directive 'straem', did you mean 'stream'?",
                          "f:2: segments in straem 'a': expected a whole number from 1 to 20000, "
                          "found 'q'",
                          "f:3: unknown option 'tilte' in straem 'a', did you mean 'title'?"));
  EXPECT_THAT(
      errors_of("stream a b {\n  segments q;\n}"),
      ElementsAre("f:1: 'stream' takes 1 argument, found 2", std::string("f:2: ") + kBadSegments));
  EXPECT_EQ(errors_of("stream {\n  segments q;\n}").size(), 2U);
}

TEST(Repair, LeavesTheDocumentAsItWasWritten) {
  constexpr std::string_view kText = "stream a {\n  url fake://fake\n  segments 5;\n}\n";
  EXPECT_EQ(write_document(load_config(kText).document), kText);
}

TEST(Repair, BlocksTooDeepHideNothingBehindThem) {
  std::string deep;
  for (int i = 0; i < 40; ++i) deep += "stream a { ";
  for (int i = 0; i < 40; ++i) deep += "}";
  EXPECT_THAT(errors_of(deep + "\nhtpp 80;\n"),
              testing::Contains("f:2: unknown directive 'htpp', did you mean 'http'?"));
  EXPECT_THAT(errors_of(deep), testing::Not(testing::Contains(testing::HasSubstr("missing: "))));
}

}  // namespace
}  // namespace flu::config
