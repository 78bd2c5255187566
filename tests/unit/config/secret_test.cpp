#include "libcommon/config/secret.h"

#include <gmock/gmock.h>
#include <gtest/gtest.h>

namespace flu::config {
namespace {

using testing::ElementsAre;
using testing::HasSubstr;

TEST(HideSecrets, HidesWhatHeadersProve) {
  EXPECT_EQ(hide_secrets("header.Authorization=Basic ab/cd=="), "header.Authorization=***");
  EXPECT_EQ(hide_secrets("header.cookie=a=b; c://d"), "header.cookie=***");
  EXPECT_EQ(hide_secrets("header.X-Api-Key=ab://cd"), "header.X-Api-Key=***");
  EXPECT_EQ(hide_secrets("header.X-Auth=ab"), "header.X-Auth=***");
  EXPECT_EQ(hide_secrets("header.Referer=https://h/x"), "header.Referer=https://h/x");
  EXPECT_EQ(hide_secrets("header.Referer=https://h/x?token=a"),
            "header.Referer=https://h/x?token=***");
}

TEST(HideSecrets, LeavesNoPasswordVisible) {
  EXPECT_EQ(hide_secrets("rtsp://u:p@ss@cam/x"), "rtsp://u:***@cam/x");
  EXPECT_EQ(hide_secrets("rtsp://u:pa/ss@cam/x"), "rtsp://u:***@cam/x");
  EXPECT_EQ(hide_secrets("rtsp://u:pa?s#s@cam/x"), "rtsp://u:***@cam/x");
  EXPECT_EQ(hide_secrets("rtsp://h:554/user=admin&password=x&channel=0"),
            "rtsp://h:554/user=admin&password=***&channel=0");
  EXPECT_EQ(hide_secrets("rtsp://h/user=admin_password=x_channel=1.sdp?real_stream"),
            "rtsp://h/user=admin_password=***?real_stream");
  EXPECT_EQ(hide_secrets("swift://user=a&password=b@h/x"), "swift://user=a&password=***@h/x");
  EXPECT_EQ(hide_secrets("playlist://http://u:p@h/x"), "playlist://http://u:***@h/x");
  EXPECT_EQ(hide_secrets("hls://h/x?from=rtsp://u:p@h/y&b=1"),
            "hls://h/x?from=rtsp://u:***@h/y&b=1");
}

TEST(HideSecrets, HidesTheWholeValueOfAQuery) {
  EXPECT_EQ(hide_secrets("http://h/x?token=abc&a=1"), "http://h/x?token=***&a=1");
  EXPECT_EQ(hide_secrets("http://h/x?a=1&Access_Token=ab/cd;ef=="),
            "http://h/x?a=1&Access_Token=***");
  EXPECT_EQ(hide_secrets("srt://h:1?passphrase=a/b&streamid=x"),
            "srt://h:1?passphrase=***&streamid=x");
  EXPECT_EQ(hide_secrets("hls://h/x?X-Amz-Signature=0a&X-Amz-Date=1"),
            "hls://h/x?X-Amz-Signature=***&X-Amz-Date=1");
}

TEST(HideSecrets, LeavesWhatIsNoSecret) {
  for (const char* word :
       {"udp://239.0.0.1:1", "udp://239.0.0.1:1/10.0.0.1", "rtsp://admin@cam/x",
        "tshttp://[::1]:80/x", "http://h:80/a@b", "program=5", "source_timeout=10",
        "tls_ca=/etc/ca.pem", "-", "", "=", "://", "user_agent=a/b?c", "http://h/x?token="}) {
    EXPECT_EQ(hide_secrets(word), word);
  }
}

TEST(TakeSecrets, GivesThemBack) {
  const std::vector<std::string> words{"flu-ingest", "rtsp://u:p@cam/x", "program=1", "@7",
                                       "srt://h:1?passphrase=q"};
  const SecretWords taken = take_secrets(words);
  EXPECT_THAT(taken.words, ElementsAre("flu-ingest", "@1", "program=1", "@2", "@3"));
  const auto secrets = parse_secrets(write_secrets(taken.secrets));
  ASSERT_TRUE(secrets) << secrets.error().message;
  EXPECT_EQ(reveal_secrets(taken.words, *secrets).value(), words);
}

TEST(RevealSecrets, RefusesWhatIsNotThere) {
  EXPECT_THAT(reveal_secrets({"@2"}, {"a"}).error().message, HasSubstr("@2: expected @1 to @1"));
  EXPECT_FALSE(reveal_secrets({"@0"}, {"a"}));
  EXPECT_FALSE(reveal_secrets({"@18446744073709551615"}, {"a"}));
  EXPECT_THAT(reveal_secrets({"@x", "a@1"}, {}).value(), ElementsAre("@x", "a@1"));
}

TEST(ParseSecrets, RefusesOtherFilesWithoutTellingThem) {
  for (const char* text : {"", "hunter2", "[]", "{}", R"({"version":2,"secrets":["hunter2"]})",
                           R"({"version":1,"secrets":"hunter2"})", R"({"version":1,"secrets":[1]})",
                           R"({"version":1,"secrets":["hunter2"])"}) {
    const auto parsed = parse_secrets(text);
    ASSERT_FALSE(parsed) << text;
    EXPECT_THAT(parsed.error().message, testing::Not(HasSubstr("hunter2")));
  }
}

}  // namespace
}  // namespace flu::config
