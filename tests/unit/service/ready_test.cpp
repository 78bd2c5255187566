#include "libcommon/service/ready.h"

#include <fcntl.h>
#include <unistd.h>

#include <array>

#include <gtest/gtest.h>
#include <nlohmann/json.hpp>

namespace flu::service {
namespace {

TEST(Ready, LineNamesTheProcessAndWhereItListens) {
  const auto line = nlohmann::json::parse(ready_line({{"http", "127.0.0.1", 8080}}));
  EXPECT_EQ(line["ready"], true);
  EXPECT_EQ(line["pid"], ::getpid());
  EXPECT_EQ(line["listen"][0]["proto"], "http");
  EXPECT_EQ(line["listen"][0]["addr"], "127.0.0.1");
  EXPECT_EQ(line["listen"][0]["port"], 8080);
}

TEST(Ready, IsOneLineAndThenTheEnd) {
  std::array<int, 2> ends{};
  ASSERT_EQ(::pipe2(ends.data(), O_CLOEXEC), 0);
  CommonOptions options;
  options.ready_fd = ends[1];
  ASSERT_TRUE(announce_ready(options));
  std::array<char, 256> text{};
  const auto count = ::read(ends[0], text.data(), text.size());
  ASSERT_GT(count, 0);
  EXPECT_EQ(std::string(text.data(), static_cast<std::size_t>(count)), ready_line({}) + "\n");
  EXPECT_EQ(::read(ends[0], text.data(), text.size()), 0);
  static_cast<void>(::close(ends[0]));
}

TEST(Ready, SaysNothingUnasked) {
  EXPECT_TRUE(announce_ready(CommonOptions{}));
}

}  // namespace
}  // namespace flu::service
