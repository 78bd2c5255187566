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
  const auto read = parse_stream_file(write_stream_file(file));
  ASSERT_TRUE(read) << read.error().message;
  EXPECT_EQ(*read, file);
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
