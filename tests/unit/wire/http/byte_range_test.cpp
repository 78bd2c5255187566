#include "libcommon/wire/http/byte_range.h"

#include <string>

#include <fmt/format.h>
#include <gtest/gtest.h>

namespace flu::wire {
namespace {

// "first+size", "whole" or "416", for 1000 bytes.
std::string range(std::string_view header, std::uint64_t total = 1000) {
  const ByteRange out = parse_byte_range(header, total);
  if (out.kind == ByteRange::Kind::kWhole) return "whole";
  if (out.kind == ByteRange::Kind::kUnsatisfiable) return "416";
  return fmt::format("{}+{}", out.first, out.size);
}

TEST(ByteRange, FromTo) {
  EXPECT_EQ(range("bytes=0-0"), "0+1");
  EXPECT_EQ(range("bytes=10-19"), "10+10");
  EXPECT_EQ(range("bytes=990-2000"), "990+10");
  EXPECT_EQ(range("Bytes=10-19"), "10+10");
  EXPECT_EQ(range("bytes= 10-19 "), "10+10");
}

TEST(ByteRange, OpenEnds) {
  EXPECT_EQ(range("bytes=10-"), "10+990");
  EXPECT_EQ(range("bytes=-10"), "990+10");
  EXPECT_EQ(range("bytes=-2000"), "0+1000");
}

TEST(ByteRange, OutsideOfTheContent) {
  EXPECT_EQ(range("bytes=1000-"), "416");
  EXPECT_EQ(range("bytes=5000-6000"), "416");
  EXPECT_EQ(range("bytes=-0"), "416");
  EXPECT_EQ(range("bytes=0-", 0), "416");
  EXPECT_EQ(range("bytes=-5", 0), "416");
}

TEST(ByteRange, HostileNumbersDoNotWrap) {
  EXPECT_EQ(range("bytes=0-18446744073709551615"), "0+1000");
  EXPECT_EQ(range("bytes=0-99999999999999999999999"), "0+1000");
  EXPECT_EQ(range("bytes=99999999999999999999999-"), "416");
  EXPECT_EQ(range("bytes=-99999999999999999999999"), "0+1000");
}

TEST(ByteRange, WhatAServerMayIgnore) {
  for (const char* header :
       {"", "bytes", "bytes=", "bytes=-", "bytes=a-b", "bytes=1-b", "bytes=5-4", "items=0-1",
        "bytes=0-1,5-6", "bytes=1", "bytes=--1", "bytes=+1-2"}) {
    EXPECT_EQ(range(header), "whole") << header;
  }
}

}  // namespace
}  // namespace flu::wire
