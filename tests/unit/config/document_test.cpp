#include "libcommon/config/document.h"

#include <gmock/gmock.h>
#include <gtest/gtest.h>

namespace flu::config {
namespace {

Document parse_good(std::string_view text) {
  Diagnostics diagnostics;
  Document document = parse_document(text, diagnostics);
  for (const auto& diagnostic : diagnostics.all()) ADD_FAILURE() << to_text(diagnostic, "test");
  return document;
}

std::vector<std::string> problems_of(std::string_view text) {
  Diagnostics diagnostics;
  parse_document(text, diagnostics);
  std::vector<std::string> out;
  for (const auto& diagnostic : diagnostics.all()) out.push_back(to_text(diagnostic, "f"));
  return out;
}

TEST(Document, HoldsStatementsBlocksAndOptions) {
  const Document document =
      parse_good("http 80;\nstream ort { url udp://h:1 program=7 user_agent=\"VLC 3\"; }\n");
  ASSERT_EQ(document.statements.size(), 2U);
  EXPECT_EQ(document.statements[0].keyword(), "http");
  const Statement& url = document.statements[1].block->statements.at(0);
  ASSERT_EQ(url.words.size(), 4U);
  EXPECT_EQ(url.line(), 2U);
  EXPECT_FALSE(url.words[1].has_key());
  EXPECT_EQ(url.words[2].key(), "program");
  EXPECT_EQ(url.words[2].argument(), "7");
  EXPECT_EQ(url.words[3].argument(), "VLC 3");
}

TEST(Document, IsWrittenBackByteForByte) {
  for (const char* text : {
           "",
           "# only a comment",
           "http 80;",
           "  http 80 ; # tail\n\n# next\nstream a{url x;url y}\r\n",
           "stream a { # one\n  url x # two\n  ; # three\n  url y\n} # four\n;;\n# end",
           "\xEF\xBB\xBFhttp 80;\n",
           "a \"quo\\\"te\\\\d\" k=\"v w\" x\"y\"z;",
       }) {
    EXPECT_EQ(write_document(parse_good(text)).value(), text);
  }
}

TEST(Document, LastStatementOfABlockMayLackItsSemicolon) {
  const Document document = parse_good("file v { path /a; path /b }");
  EXPECT_EQ(document.statements[0].block->statements.size(), 2U);
}

TEST(Document, UrlsWithEqualSignsAndHashesArePositional) {
  const Document document =
      parse_good("url rtsp://h:554/user=a&password=&channel=0#x t0=16#fb \"a=b\";");
  const auto& words = document.statements[0].words;
  EXPECT_FALSE(words[1].has_key());
  EXPECT_EQ(words[2].argument(), "16#fb");
  EXPECT_FALSE(words[3].has_key());
}

TEST(Document, NamesTheLineOfEachMistake) {
  EXPECT_THAT(problems_of("a;\n}\nb"),
              testing::ElementsAre("f:2: '}' closes nothing: no block is open here",
                                   "f:3: ';' is missing after 'b'"));
  EXPECT_THAT(problems_of("\nstream ort {\n url x;\n"),
              testing::ElementsAre("f:2: '}' is missing: the block of 'stream ort' is not closed"));
  EXPECT_THAT(problems_of("a \"b\n c;\n"),
              testing::ElementsAre("f:1: the quote '\"' is not closed on its line"));
  EXPECT_THAT(problems_of("a b\x01"
                          "c;\n"),
              testing::ElementsAre("f:1: control character \\x01 in 'b'"));
  EXPECT_THAT(problems_of("{ }"), testing::ElementsAre("f:1: expected a keyword before '{'"));
}

TEST(Document, BlocksDoNotNestForEver) {
  EXPECT_FALSE(problems_of(std::string(100'000, '{')).empty());
  std::string deep;
  for (int i = 0; i < 1000; ++i) deep += "a { ";
  EXPECT_FALSE(problems_of(deep).empty());
}

TEST(Document, TooLargeIsRefused) {
  EXPECT_EQ(problems_of(std::string((16 << 20) + 1, ' ')).size(), 1U);
}

TEST(Document, NewStatementsKeepTheCommentsAround) {
  Document document = parse_good("# head\nstream a {\n  url x; # tail\n}\n# end\n");
  Statement fresh;
  fresh.words = {make_word("title"), make_word("A; \"b\"")};
  document.statements[0].block->statements.push_back(fresh);
  EXPECT_EQ(write_document(document).value(),
            "# head\nstream a {\n  url x; # tail\n  title \"A; \\\"b\\\"\";\n}\n# end\n");
}

TEST(Document, StatementBehindOneWithoutSemicolonIsApart) {
  Document document = parse_good("stream a { url x }");
  Statement fresh;
  fresh.words = {make_word("segments"), make_word("5")};
  document.statements[0].block->statements.push_back(fresh);
  const Document again = parse_good(write_document(document).value());
  EXPECT_TRUE(is_same_content(document, again));
}

TEST(Document, RemovedStatementLeavesNoCommentOpen) {
  Document document = parse_good("stream a { url x; # tail\n url y;}\n");
  document.statements[0].block->statements.pop_back();
  EXPECT_TRUE(is_same_content(document, parse_good(write_document(document).value())));
}

TEST(Document, NewBlocksAreIndented) {
  Document document;
  Statement stream;
  stream.words = {make_word("stream"), make_word("a b")};
  Statement url;
  url.words = {make_word("url"), make_word("udp://h:1"), make_word("program", "5"),
               make_word("k=v"), make_word("empty", "")};
  stream.block.emplace().statements.push_back(url);
  document.statements.push_back(stream);
  const std::string text = write_document(document).value();
  EXPECT_EQ(text, "stream \"a b\" {\n  url udp://h:1 program=5 \"k=v\" empty=;\n}");
  EXPECT_TRUE(is_same_content(document, parse_good(text)));
}

TEST(Document, ControlCharactersAreNeverWritten) {
  for (const char* value : {"a\nb", "a\tb", "\x7F", "x\r"}) {
    Document document;
    document.statements.emplace_back().words = {make_word("title"), make_word(value)};
    EXPECT_FALSE(write_document(document).has_value()) << value;
  }
}

TEST(Document, CutAtEveryLengthIsNoFault) {
  const std::string text = "stream a { url \"x\\\" y\" k=\"v\"; # c\n } http 80;";
  for (std::size_t size = 0; size < text.size(); ++size) problems_of(text.substr(0, size));
}

}  // namespace
}  // namespace flu::config
