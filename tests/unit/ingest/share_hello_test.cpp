#include "tools/ingest/share_hello.h"

#include <string>
#include <vector>

#include <gtest/gtest.h>

namespace flu::ingest {
namespace {

TEST(ShareHello, ReadsWhatItWrites) {
  for (const std::uint16_t program : std::vector<std::uint16_t>{0, 1, 2001, 65535}) {
    const std::string text = write_share_hello({program});
    const auto hello = parse_share_hello(as_bytes(text));
    ASSERT_TRUE(hello && *hello);
    EXPECT_EQ((*hello)->program, program);
    for (std::size_t size = 0; size < text.size(); ++size) {
      const auto part = parse_share_hello(as_bytes(text).first(size));
      ASSERT_TRUE(part) << size;
      EXPECT_FALSE(*part) << size;
    }
  }
}

TEST(ShareHello, RefusesAnythingElse) {
  for (const char* text :
       {"\n", "GET / HTTP/1.1\r\n", "flu-mux 1 program=\n", "flu-mux 1 program=65536\n",
        "flu-mux 1 program=-1\n", "flu-mux 2 program=1\n", "flu-mux 1 program=1 \n"}) {
    EXPECT_FALSE(parse_share_hello(as_bytes(text))) << text;
  }
  EXPECT_FALSE(parse_share_hello(as_bytes(std::string(kMaxShareHello, 'x'))));
}

}  // namespace
}  // namespace flu::ingest
