#include "tools/thumb/jpeg.h"

#include <string_view>

#include <gmock/gmock.h>
#include <gtest/gtest.h>

namespace flu::thumb {
namespace {

using testing::HasSubstr;

// Start, JFIF, a frame header of 640x360, a scan with stuffed and restart bytes, end.
const Buffer kJpeg{0xFF, 0xD8, 0xFF, 0xE0, 0,    4,    1,    2, 0xFF, 0xFF, 0xC0,
                   0,    8,    8,    1,    0x68, 2,    0x80, 1, 0xFF, 0xDA, 0,
                   3,    0,    0x12, 0xFF, 0,    0xFF, 0xD0, 7, 0xFF, 0xD9};

std::string error_of(Bytes bytes) {
  const auto info = check_jpeg(bytes);
  return info ? "" : info.error().message;
}

TEST(Jpeg, TellsItsSize) {
  const auto info = check_jpeg(kJpeg);
  ASSERT_TRUE(info) << info.error().message;
  EXPECT_EQ(info->width, 640U);
  EXPECT_EQ(info->height, 360U);
  EXPECT_EQ(info->size, kJpeg.size());
}

TEST(Jpeg, WhatACameraAppendsIsLeftOff) {
  Buffer padded = kJpeg;
  padded.insert(padded.end(), {0, 0, 13, 10});
  const auto info = check_jpeg(padded);
  ASSERT_TRUE(info);
  EXPECT_EQ(info->size, kJpeg.size());
}

TEST(Jpeg, CutAnywhereItIsNone) {
  for (std::size_t size = 0; size < kJpeg.size(); ++size) {
    EXPECT_THAT(error_of(Bytes(kJpeg).first(size)), HasSubstr("no JPEG")) << size;
  }
}

TEST(Jpeg, SaysWhatCameInstead) {
  EXPECT_THAT(error_of(as_bytes("<html>login")), HasSubstr("begins with '<html>login'"));
  EXPECT_THAT(error_of(as_bytes("--myboundary\r\n")), HasSubstr("--myboundary"));
  EXPECT_THAT(error_of({}), HasSubstr("nothing came"));
}

TEST(Jpeg, LengthsThatLieAreRefused) {
  for (const unsigned length : {0U, 1U, 0xFFFFU}) {
    Buffer lying = kJpeg;
    lying[4] = static_cast<std::uint8_t>(length >> 8);
    lying[5] = static_cast<std::uint8_t>(length & 0xFF);
    EXPECT_THAT(error_of(lying), HasSubstr("no JPEG")) << length;
  }
}

TEST(Jpeg, APictureWithoutSizeIsNone) {
  Buffer flat = kJpeg;
  flat[14] = flat[15] = 0;
  EXPECT_THAT(error_of(flat), HasSubstr("no size"));
}

}  // namespace
}  // namespace flu::thumb
