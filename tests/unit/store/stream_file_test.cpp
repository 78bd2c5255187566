#include "libcommon/store/stream_file.h"

#include <gtest/gtest.h>

namespace flu::store {
namespace {

TEST(StreamFile, WhatIsWrittenIsRead) {
  StreamFile file;
  file.name = "cams/1";
  file.uuid = {1, 2, 250};
  file.epoch = 7;
  file.owner = "a";
  file.open_hours = {498'000, 498'001};
  file.limits = {std::chrono::hours(48), 10'000'000'000, 90};
  const auto read = parse_stream_file(write_stream_file(file));
  ASSERT_TRUE(read) << read.error().message;
  EXPECT_EQ(*read, file);
}

TEST(StreamFile, ALimitThatIsNoneDeletesNothing) {
  const auto limits = [](const std::string& text) {
    return parse_stream_file(
               R"({"version":1,"name":"a","uuid":"01020300000000000000000000000000","limits":)" +
               text + "}")
        ->limits;
  };
  using segment::ArchiveLimits;
  EXPECT_EQ(limits(R"({"max_usage":95})"), (ArchiveLimits{{}, {}, 95}));
  for (const char* text :
       {"{}", "[]", "7", R"({"depth_s":0,"max_bytes":0,"max_usage":0})",
        R"({"depth_s":-5,"max_bytes":"9","max_usage":101})", R"({"depth_s":99999999999999})"}) {
    EXPECT_EQ(limits(text), ArchiveLimits()) << text;
  }
}

TEST(StreamFile, WhatIsNoneIsRefused) {
  constexpr std::string_view kUuid = R"("uuid":"01020300000000000000000000000000")";
  const auto text = [&](std::string_view rest) {
    return R"({"version":1,"name":"a",)" + std::string(kUuid) + std::string(rest) + "}";
  };
  EXPECT_TRUE(parse_stream_file(text("")));
  for (const auto& bad :
       {std::string(), std::string("[]"), std::string("{"), std::string("{}"),
        std::string(R"({"version":2,"name":"a"})"), std::string(R"({"version":1,"name":"../a"})"),
        std::string(R"({"version":1,"name":"a","uuid":"x"})"), text(R"(,"epoch":-1)"),
        text(R"(,"open_hours":[-1])"), text(R"(,"open_hours":[4294967296])"),
        text(R"(,"open_hours":1)")}) {
    EXPECT_FALSE(parse_stream_file(bad)) << bad;
  }
}

}  // namespace
}  // namespace flu::store
