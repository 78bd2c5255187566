#include "libcommon/config/edit.h"

#include <gmock/gmock.h>
#include <gtest/gtest.h>

namespace flu::config {
namespace {

Document parse_good(std::string_view text) {
  Diagnostics diagnostics;
  Document document = parse_document(text, diagnostics);
  EXPECT_FALSE(diagnostics.has_errors()) << text;
  return document;
}

std::string with(std::string_view file, std::string_view posted) {
  Diagnostics diagnostics;
  Document document = parse_good(file);
  const Document streams = parse_streams(posted, diagnostics);
  EXPECT_FALSE(diagnostics.has_errors()) << diagnostics.all().front().message;
  put_streams(document, streams);
  return write_document(document).value();
}

std::string without(std::string_view file, std::string_view name) {
  Document document = parse_good(file);
  EXPECT_TRUE(remove_stream(document, name));
  return write_document(document).value();
}

std::vector<std::string> problems_of(std::string_view posted) {
  Diagnostics diagnostics;
  parse_streams(posted, diagnostics);
  std::vector<std::string> out;
  for (const Diagnostic& diagnostic : diagnostics.all()) out.push_back(to_text(diagnostic, "f"));
  return out;
}

constexpr std::string_view kFile =
    "# The north\n"
    "http 8080;   # players\n"
    "\n"
    "# the door\n"
    "stream a { url fake://fake; } # at night\n"
    "\n"
    "stream b {\n"
    "\turl fake://fake;   # good\n"
    "}\n"
    "# end\n";

TEST(ConfigEdit, ANewStreamComesLast) {
  EXPECT_EQ(with(kFile, "\n stream c { url fake://fake; }\n"),
            std::string(kFile) + "stream c { url fake://fake; }\n");
  EXPECT_EQ(with("", "stream c { }"), "stream c { }\n");
  EXPECT_EQ(with("http 80; # x", "# c\nstream c { }\nondemand d { }"),
            "http 80; # x\n# c\nstream c { }\nondemand d { }\n");
}

TEST(ConfigEdit, AKnownStreamIsReplacedWhereItStands) {
  EXPECT_EQ(with(kFile, "stream a { url udp://127.0.0.1:1; }"),
            "# The north\nhttp 8080;   # players\n\n# the door\n"
            "stream a { url udp://127.0.0.1:1; } # at night\n\nstream b {\n"
            "\turl fake://fake;   # good\n}\n# end\n");
  // Of the other kind too: a name is a name.
  EXPECT_EQ(with("stream a { }\nstream b { }\n", "ondemand a { }"),
            "ondemand a { }\nstream b { }\n");
}

TEST(ConfigEdit, WhatSaysTheSameIsLeftAsItIsWritten) {
  EXPECT_EQ(with(kFile, "stream b { url fake://fake; }"), kFile);
}

TEST(ConfigEdit, RemovedStreamTakesItsLineAlone) {
  EXPECT_EQ(without(kFile, "a"),
            "# The north\nhttp 8080;   # players\n\n# the door\n\nstream b {\n"
            "\turl fake://fake;   # good\n}\n# end\n");
  EXPECT_EQ(without(kFile, "b"),
            "# The north\nhttp 8080;   # players\n\n# the door\n"
            "stream a { url fake://fake; } # at night\n# end\n");
  EXPECT_EQ(without("stream a { }\nstream b { }\nstream c { }\n", "b"),
            "stream a { }\nstream c { }\n");
  EXPECT_EQ(without("stream a { }\nstream b { }\n", "a"), "stream b { }\n");
  EXPECT_EQ(without("stream a { }\n", "a"), "");
  EXPECT_EQ(without("stream a { } stream b { }\n", "a"), " stream b { }\n");
  EXPECT_EQ(without("http 80;\r\nstream a { }\r\nstream b { }\r\n", "a"),
            "http 80;\r\nstream b { }\r\n");
  EXPECT_EQ(without("http 80;\nstream a { }", "a"), "http 80;\n");
  EXPECT_EQ(without("# c\nstream a { }", "a"), "# c\n");
}

TEST(ConfigEdit, CreatedAndRemovedLeavesTheFileAsItWas) {
  for (const std::string_view file :
       {kFile, std::string_view("http 80;\n"), std::string_view("")}) {
    EXPECT_EQ(without(with(file, "stream new { url fake://fake; }"), "new"), file);
  }
}

TEST(ConfigEdit, OneThatIsNotThereIsNotRemoved) {
  Document document = parse_good(kFile);
  EXPECT_FALSE(remove_stream(document, "c"));
  EXPECT_FALSE(remove_stream(document, ""));
  EXPECT_EQ(write_document(document).value(), kFile);
}

TEST(ConfigEdit, OnlyStreamsMayBePosted) {
  EXPECT_THAT(problems_of("stream a { }\nhttp 80;"),
              testing::ElementsAre("f:2: expected blocks of streams only, found 'http'"));
  EXPECT_THAT(problems_of(" \n# c\n"), testing::ElementsAre(testing::HasSubstr("f:1: expected")));
  EXPECT_THAT(problems_of("edit_auth a b;"), testing::SizeIs(1));
}

TEST(ConfigEdit, MistakesAreToldByTheLinesOfThePostedText) {
  EXPECT_THAT(problems_of("stream a {\n  segmnets 5;\n}\n"),
              testing::ElementsAre("f:2: unknown option 'segmnets' in stream 'a', did you mean "
                                   "'segments'?"));
  EXPECT_THAT(problems_of("stream a { url fake://fake; "),
              testing::Contains(testing::HasSubstr("not closed")));
  EXPECT_THAT(problems_of("stream a { } } http 80;"), testing::Not(testing::IsEmpty()));
}

TEST(ConfigEdit, NamesAreListed) {
  EXPECT_THAT(stream_names(parse_good(kFile)), testing::ElementsAre("a", "b"));
}

}  // namespace
}  // namespace flu::config
