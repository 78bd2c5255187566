#include "libcommon/container/mp4/sync_sample.h"

#include <gtest/gtest.h>

#include "tests/support/flu_samples.h"

namespace flu::container {
namespace {

media::Sap sap_of(media::CodecId codec, const Buffer& sample) {
  media::Track track = test::h264_track();
  track.codec = codec;
  Fragment fragment;
  fragment.samples = {test::entry(test::kBase, static_cast<std::uint32_t>(sample.size()))};
  fragment.payload = sample;
  check_sync_samples(track, fragment);
  return fragment.samples[0].sap;
}

TEST(SyncSample, TellsAnIdrFromAnOpenGop) {
  EXPECT_EQ(sap_of(media::CodecId::kH264, {0, 0, 0, 2, 0x67, 0, 0, 0, 0, 2, 0x65, 0x88}),
            media::Sap::kClosed);
  EXPECT_EQ(sap_of(media::CodecId::kH264, {0, 0, 0, 2, 0x67, 0, 0, 0, 0, 2, 0x41, 0x88}),
            media::Sap::kOpen);
  EXPECT_EQ(sap_of(media::CodecId::kHevc, {0, 0, 0, 2, 0x26, 1}),
            media::Sap::kClosed);                                                      // IDR_W_RADL
  EXPECT_EQ(sap_of(media::CodecId::kHevc, {0, 0, 0, 2, 0x2A, 1}), media::Sap::kOpen);  // CRA
}

TEST(SyncSample, BelievesTheFileWhereThereIsNoSlice) {
  EXPECT_EQ(sap_of(media::CodecId::kH264, {}), media::Sap::kClosed);
  EXPECT_EQ(sap_of(media::CodecId::kH264, {0xFF, 0xFF, 0xFF, 0xFF, 1}), media::Sap::kClosed);
  EXPECT_EQ(sap_of(media::CodecId::kMpeg2Video, {0, 0, 1, 0xB3}), media::Sap::kClosed);
}

}  // namespace
}  // namespace flu::container
