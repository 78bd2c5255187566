#include "libcommon/container/mp4/fragment_builder.h"

#include <gtest/gtest.h>

#include "tests/support/flu_samples.h"

namespace flu::container {
namespace {

using media::Ticks;

class FragmentBuilderTest : public testing::Test {
 protected:
  FragmentBuilderTest() : data_(test::pattern(100)) {
    track_.track = test::h264_track(1);
    track_.file_id = 1;
    moof_.trafs.push_back({1, static_cast<std::uint64_t>(test::kBase.count()), 0, 1});
    moof_.samples.push_back({50, 10, 3600, kFlagsSync, 0});
  }

  Result<Fragment> build(bool is_flu = true) {
    FragmentBuilder builder;
    builder.reset({track_}, is_flu);
    return builder.build(moof_, moof_.trafs[0], track_, {data_, 50});
  }

  Buffer data_;
  MovieTrack track_;
  Moof moof_;
};

TEST_F(FragmentBuilderTest, TakesTheBytesOfItsSamples) {
  const auto fragment = build();
  ASSERT_TRUE(fragment);
  EXPECT_EQ(fragment->payload.data(), data_.data());  // a view, not a copy
  EXPECT_EQ(fragment->payload.size(), 10U);
}

TEST_F(FragmentBuilderTest, RefusesBytesOutsideTheData) {
  moof_.samples[0].offset = 49;
  EXPECT_FALSE(build());
  moof_.samples[0].offset = 141;
  EXPECT_FALSE(build());
  moof_.samples[0].offset = 140;
  EXPECT_TRUE(build());
}

TEST_F(FragmentBuilderTest, AnEditMovesTimes) {
  track_.time_offset = Ticks{-7200};
  EXPECT_EQ(build(false)->samples[0].dts, test::kBase - Ticks{7200});
}

TEST_F(FragmentBuilderTest, ForeignTimesMayBeginALittleBelowZero) {
  moof_.trafs[0].decode_time = static_cast<std::uint64_t>(-1024);
  EXPECT_EQ(build(false)->samples[0].dts.count(), -1024);
  EXPECT_FALSE(build(true));
  moof_.trafs[0].decode_time = UINT64_MAX / 2 + 1;
  EXPECT_FALSE(build(false));
}

}  // namespace
}  // namespace flu::container
