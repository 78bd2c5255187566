#include "libcommon/config/serving_loader.h"

#include <string>
#include <vector>

#include <gmock/gmock.h>
#include <gtest/gtest.h>

namespace flu::config {
namespace {

using testing::ElementsAre;
using testing::HasSubstr;

std::vector<std::string> errors_of(const std::string& text) {
  std::vector<std::string> out;
  const LoadedConfig loaded = load_config(text);
  for (const auto& diagnostic : loaded.diagnostics.all()) {
    if (diagnostic.severity == Severity::kError) out.push_back(to_text(diagnostic, "f"));
  }
  return out;
}

TEST(ServingLoader, ProtocolsAreSwitchedOff) {
  const auto loaded = load_config(
      "stream a { url fake://fake; hls off; mpegts off; }"
      "stream b { url fake://fake; hls on; }");
  EXPECT_FALSE(loaded.diagnostics.has_errors());
  ASSERT_EQ(loaded.server.streams.size(), 2U);
  EXPECT_TRUE(loaded.server.streams[0].serving.is_hls_off);
  EXPECT_TRUE(loaded.server.streams[0].serving.is_mpegts_off);
  EXPECT_EQ(loaded.server.streams[1].serving, ServingConfig{});
}

TEST(ServingLoader, WhatAClientOfMpegtsGetsFirst) {
  const auto loaded = load_config(
      "stream a { url fake://fake; prepush 10; provider \"P Q\"; }"
      "stream b { url fake://fake; no_prepush; }");
  EXPECT_FALSE(loaded.diagnostics.has_errors());
  ASSERT_EQ(loaded.server.streams.size(), 2U);
  EXPECT_EQ(loaded.server.streams[0].serving.prepush, std::chrono::milliseconds(10'000));
  EXPECT_EQ(loaded.server.streams[0].serving.provider, "P Q");
  EXPECT_EQ(loaded.server.streams[1].serving.prepush, std::chrono::milliseconds(0));
  EXPECT_THAT(errors_of("stream a { url fake://fake; prepush 61; }"),
              ElementsAre("f:1: prepush in stream 'a': expected a duration from 0 to 60 seconds, "
                          "found '61'"));
}

TEST(ServingLoader, ASwitchIsOnOrOff) {
  EXPECT_THAT(errors_of("stream a { url fake://fake; hls no; }"),
              ElementsAre("f:1: hls in stream 'a': expected 'off' or 'on', found 'no'"));
}

TEST(ServingLoader, APrefixOfItsOwnOrOfTheServer) {
  const auto loaded = load_config(
      "stream a { url fake://fake; add_audio_only; }"
      "stream b { url fake://fake; url_prefix https://cdn.example/x/; }"
      "url_prefix http://my.domain.address.com:8080/;");
  EXPECT_FALSE(loaded.diagnostics.has_errors());
  EXPECT_EQ(loaded.server.url_prefix, "http://my.domain.address.com:8080");
  EXPECT_TRUE(loaded.server.streams[0].serving.has_audio_only);
  EXPECT_EQ(loaded.server.streams[0].serving.url_prefix, std::nullopt);
  EXPECT_EQ(loaded.server.streams[1].serving.url_prefix, "https://cdn.example/x");
}

TEST(ServingLoader, APrefixCanStandBeforeAnAddress) {
  for (const char* prefix : {"cdn.example", "http://", "ftp://x", "\"http://a b\"",
                             "http://a?x=", "'http://a\"b'", "http://x{"}) {
    EXPECT_FALSE(errors_of(std::string("url_prefix ") + prefix + ";").empty()) << prefix;
  }
  EXPECT_THAT(errors_of("stream a { url fake://fake; url_prefix cdn; }"),
              ElementsAre(HasSubstr("url_prefix in stream 'a': expected http://HOST")));
}

}  // namespace
}  // namespace flu::config
