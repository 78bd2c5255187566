#include "libcommon/container/mp4/private_boxes.h"

#include <gtest/gtest.h>

#include "tests/support/flu_samples.h"

namespace flu::container {
namespace {

Bytes payload_of(const Buffer& box) {
  return Bytes(box).subspan(8);
}

FragmentInfo fragment_info() {
  return {1'763'795'001'000'000, 3, kDiscont | kCut, 4, 5, 6};
}

TEST(PrivateBoxes, SizesAreExact) {
  Buffer head;
  ByteWriter head_out(head);
  write_stream_head(test::stream_head(), head_out);
  EXPECT_EQ(head.size(), 56U);
  Buffer info;
  ByteWriter info_out(info);
  write_fragment_info(fragment_info(), info_out);
  EXPECT_EQ(info.size(), 56U);
}

TEST(PrivateBoxes, WriteThenParseIsEqual) {
  Buffer head;
  ByteWriter head_out(head);
  write_stream_head(test::stream_head(), head_out);
  EXPECT_EQ(parse_stream_head(payload_of(head)).value(), test::stream_head());
  EXPECT_FALSE(parse_fragment_info(payload_of(head)).value().has_value());
  Buffer info;
  ByteWriter info_out(info);
  write_fragment_info(fragment_info(), info_out);
  EXPECT_EQ(parse_fragment_info(payload_of(info)).value(), fragment_info());
}

TEST(PrivateBoxes, IgnoresUnknownVersionsAndMoreBytes) {
  Buffer box;
  ByteWriter out(box);
  write_fragment_info(fragment_info(), out);
  box.insert(box.end(), 4, 0xAA);
  EXPECT_EQ(parse_fragment_info(payload_of(box)).value(), fragment_info());
  box[24] = 1;
  EXPECT_FALSE(parse_fragment_info(payload_of(box)).value().has_value());
}

TEST(PrivateBoxes, RefusesCutFieldsAndImpossibleClasses) {
  Buffer box;
  ByteWriter out(box);
  write_stream_head(test::stream_head(), out);
  for (std::size_t size = 20; size < payload_of(box).size(); ++size) {
    EXPECT_FALSE(parse_stream_head(payload_of(box).first(size))) << size;
  }
  box[44] = 9;
  EXPECT_FALSE(parse_stream_head(payload_of(box)));
}

}  // namespace
}  // namespace flu::container
