#include "libcommon/base/host_port.h"

#include <string>

#include <gmock/gmock.h>
#include <gtest/gtest.h>

namespace flu {
namespace {

using testing::HasSubstr;

std::string refusal(std::string_view text, std::uint16_t default_port = 0) {
  const auto parsed = parse_host_port(text, default_port);
  EXPECT_FALSE(parsed) << text;
  return parsed ? "" : parsed.error().message;
}

TEST(HostPort, NamesAndAddresses) {
  EXPECT_EQ(parse_host_port("10.0.0.1:54321"), (HostPort{"10.0.0.1", 54321}));
  EXPECT_EQ(parse_host_port("head-end_1.example:1"), (HostPort{"head-end_1.example", 1}));
  EXPECT_EQ(parse_host_port("[2001:db8::1]:8080"), (HostPort{"2001:db8::1", 8080}));
  EXPECT_EQ(parse_host_port("[fe80::1%eth0]:8080"), (HostPort{"fe80::1%eth0", 8080}));
  EXPECT_EQ(parse_host_port("host", 80), (HostPort{"host", 80}));
  EXPECT_EQ(parse_host_port("[::1]", 443), (HostPort{"::1", 443}));
}

TEST(HostPort, WritesWhatItReads) {
  EXPECT_EQ((HostPort{"::1", 80}.to_text()), "[::1]:80");
  EXPECT_EQ((HostPort{"host", 80}.to_text()), "host:80");
}

TEST(HostPort, SaysWhatIsWrong) {
  EXPECT_THAT(refusal("host"), HasSubstr("expected HOST:PORT"));
  EXPECT_THAT(refusal("host:"), HasSubstr("from 1 to 65535"));
  EXPECT_THAT(refusal("host:0"), HasSubstr("from 1 to 65535"));
  EXPECT_THAT(refusal("host:65536"), HasSubstr("from 1 to 65535"));
  EXPECT_THAT(refusal("host:80x"), HasSubstr("from 1 to 65535"));
  EXPECT_THAT(refusal("::1:80"), HasSubstr("in brackets"));
  EXPECT_THAT(refusal("[::1:80"), HasSubstr("no ']'"));
  EXPECT_THAT(refusal("[host]:80"), HasSubstr("IPv6"));
  EXPECT_THAT(refusal("[::1]80"), HasSubstr("expected HOST:PORT"));
  EXPECT_THAT(refusal(":80"), HasSubstr("no host"));
  EXPECT_THAT(refusal("", 80), HasSubstr("no host"));
  EXPECT_THAT(refusal("a b:80"), HasSubstr("host name"));
  EXPECT_THAT(refusal("a\r\nb:80"), HasSubstr("\\x0d"));
  EXPECT_THAT(refusal(std::string(300, 'a') + ":80"), HasSubstr("300 bytes"));
}

}  // namespace
}  // namespace flu
