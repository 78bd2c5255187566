#include "libcommon/av/opus_head.h"

#include <gmock/gmock.h>
#include <gtest/gtest.h>

namespace flu::av {
namespace {

Buffer stereo() {
  return {'O', 'p', 'u', 's', 'H', 'e', 'a', 'd', 1, 2, 0x38, 0x01, 0x80, 0xBB, 0, 0, 0x10, 0, 0};
}

TEST(OpusHead, FieldsTurnTheirBytes) {
  const auto config = opus_config(stereo(), 0);
  ASSERT_TRUE(config);
  EXPECT_THAT(*config, testing::ElementsAre(0, 2, 0x01, 0x38, 0, 0, 0xBB, 0x80, 0, 0x10, 0));
}

TEST(OpusHead, CutAtEveryLengthIsRefused) {
  const Buffer whole = stereo();
  for (std::size_t size = 1; size < whole.size(); ++size) {
    EXPECT_FALSE(opus_config(Bytes(whole).first(size), 2)) << size;
  }
}

TEST(OpusHead, MappingTableIsNeededForSixChannels) {
  Buffer head = stereo();
  head[9] = 6;
  EXPECT_FALSE(opus_config(head, 0));
  head.back() = 1;
  EXPECT_FALSE(opus_config(head, 0));
  head.insert(head.end(), {4, 2, 0, 4, 1, 2, 3, 5});
  ASSERT_TRUE(opus_config(head, 0));
  EXPECT_EQ(opus_config(head, 0)->size(), 11U + 8U);
}

TEST(OpusHead, WithoutOneTheChannelsDecide) {
  EXPECT_EQ(opus_config({}, 1)->at(1), 1);
  EXPECT_EQ(opus_config({}, 0)->at(1), 2);
  EXPECT_FALSE(opus_config({}, 6));
}

}  // namespace
}  // namespace flu::av
