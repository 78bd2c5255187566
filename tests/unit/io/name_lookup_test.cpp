#include "libcommon/io/name_lookup.h"

#include <optional>

#include <gmock/gmock.h>
#include <gtest/gtest.h>

namespace flu::io {
namespace {

TEST(NameLookup, LiteralsAreNoNames) {
  EXPECT_EQ(parse_address({"10.0.0.1", 80})->to_text(), "10.0.0.1:80");
  EXPECT_EQ(parse_address({"2001:db8::1", 443})->to_text(), "[2001:db8::1]:443");
  EXPECT_FALSE(parse_address({"localhost", 80}));
  EXPECT_FALSE(parse_address({"10.0.0.256", 80}));
}

TEST(NameLookup, AnswersFromTheLoop) {
  boost::asio::io_context loop;
  NameLookup lookup(loop);
  for (const char* host : {"127.0.0.1", "localhost", "::1"}) {
    std::optional<Result<std::vector<SocketAddress>>> out;
    ASSERT_TRUE(lookup.start({host, 80}, [&](auto found) { out = std::move(found); }));
    EXPECT_FALSE(out);
    loop.restart();
    loop.run();
    ASSERT_TRUE(out) << host;
    ASSERT_TRUE(*out) << (*out).error().message;
    EXPECT_FALSE((*out)->empty());
  }
}

}  // namespace
}  // namespace flu::io
