#include "libcommon/codec/unit_rewriter.h"

#include <gtest/gtest.h>

#include "tests/unit/codec/es_builder.h"

namespace flu::codec {
namespace {

using media::CodecId;
using media::Sap;

// An avcC with lengths of `size` bytes; without units where `sps` is empty.
media::Track avc_track(std::size_t size, const Buffer& sps, const Buffer& pps) {
  media::Track track;
  track.id = 3;
  track.language = "deu";
  track.nominal_duration = media::Ticks{3000};
  track.config = hex("01 4d001e fc");
  track.config[4] = static_cast<std::uint8_t>(0xFC | (size - 1));
  const auto set = [&](const Buffer& unit, unsigned reserved) {
    track.config.push_back(static_cast<std::uint8_t>(reserved | (unit.empty() ? 0U : 1U)));
    if (unit.empty()) return;
    track.config.push_back(static_cast<std::uint8_t>(unit.size() >> 8));
    track.config.push_back(static_cast<std::uint8_t>(unit.size()));
    append(track.config, unit);
  };
  set(sps, 0xE0);
  set(pps, 0);
  return track;
}

Buffer sample_of(std::size_t length_size, std::initializer_list<Buffer> units) {
  Buffer out;
  for (const Buffer& unit : units) {
    for (std::size_t i = length_size; i > 0; --i) {
      out.push_back(static_cast<std::uint8_t>(unit.size() >> (8 * (i - 1))));
    }
    append(out, unit);
  }
  return out;
}

const Buffer kFiller = hex("0c ffff 80");
const Buffer kIdr = h264_slice({true, true, 0, 7});
const Buffer kIntra = h264_slice({false, true, 0, 7});
const Buffer kPredicted = h264_slice({});

TEST(UnitRewriter, PutsTheSetsInFrontOfKeyPicturesAndDropsDelimitersAndFiller) {
  for (const std::size_t size : {1U, 2U, 4U}) {
    auto rewriter = UnitRewriter::make(avc_track(size, h264_sps(), h264_pps()));
    ASSERT_TRUE(rewriter) << rewriter.error().message;
    ASSERT_TRUE(rewriter->track());
    EXPECT_EQ(rewriter->track()->id, 3U);
    EXPECT_EQ(rewriter->track()->language, "deu");
    EXPECT_EQ(rewriter->track()->nominal_duration.count(), 3000);
    EXPECT_EQ(rewriter->track()->video.width, 320U);
    EXPECT_EQ(rewriter->track()->config[4] & 3, 3);

    auto key = rewriter->rewrite(sample_of(size, {h264_delimiter(), kIdr, kFiller}), true);
    ASSERT_TRUE(key) << key.error().message;
    EXPECT_EQ(key->data, joined({stored(h264_sps()), stored(h264_pps()), stored(kIdr)}));
    EXPECT_EQ(key->sap, Sap::kClosed);
    EXPECT_FALSE(key->is_other_track);

    auto other = rewriter->rewrite(sample_of(size, {h264_delimiter(), kPredicted}), false);
    ASSERT_TRUE(other);
    EXPECT_EQ(other->data, stored(kPredicted));
    EXPECT_EQ(other->sap, Sap::kNone);
  }
}

TEST(UnitRewriter, SetsInTheSampleStay) {
  auto rewriter = UnitRewriter::make(avc_track(4, h264_sps(), h264_pps())).value();
  const Buffer sample = sample_of(4, {h264_sps(), h264_pps(), kIdr});
  EXPECT_EQ(rewriter.rewrite(sample, true)->data, sample);
}

TEST(UnitRewriter, TheFileSaysWhereDecodingCanBegin) {
  auto rewriter = UnitRewriter::make(avc_track(4, h264_sps(), h264_pps())).value();
  const auto open = rewriter.rewrite(sample_of(4, {kIntra}), true);
  EXPECT_EQ(open->sap, Sap::kOpen);
  EXPECT_EQ(open->data, joined({stored(h264_sps()), stored(h264_pps()), stored(kIntra)}));
  EXPECT_EQ(rewriter.rewrite(sample_of(4, {kIntra}), false)->sap, Sap::kNone);
}

TEST(UnitRewriter, WithoutSetsTheTrackIsKnownFromItsFirstPicture) {
  auto rewriter = UnitRewriter::make(avc_track(2, {}, {})).value();
  EXPECT_FALSE(rewriter.track());
  EXPECT_FALSE(rewriter.rewrite(sample_of(2, {kPredicted}), false)->is_other_track);
  const auto key = rewriter.rewrite(sample_of(2, {h264_sps(), h264_pps(), kIdr}), true);
  EXPECT_TRUE(key->is_other_track);
  ASSERT_TRUE(rewriter.track());
  EXPECT_EQ(rewriter.track()->video.width, 320U);
  EXPECT_EQ(rewriter.track()->id, 3U);
}

TEST(UnitRewriter, OtherSetsAreAnotherTrack) {
  auto rewriter = UnitRewriter::make(avc_track(4, h264_sps(), h264_pps())).value();
  EXPECT_FALSE(rewriter.rewrite(sample_of(4, {kIdr}), true)->is_other_track);
  H264SpsFields wide;
  wide.width_mbs = 40;
  const auto key = rewriter.rewrite(sample_of(4, {h264_sps(wide), h264_pps(), kIdr}), true);
  EXPECT_TRUE(key->is_other_track);
  EXPECT_EQ(rewriter.track()->video.width, 640U);
  const auto next = rewriter.rewrite(sample_of(4, {kIdr}), true);
  EXPECT_FALSE(next->is_other_track);
  EXPECT_EQ(next->data, joined({stored(h264_sps(wide)), stored(h264_pps()), stored(kIdr)}));
}

TEST(UnitRewriter, Hevc) {
  media::Track track;
  track.codec = CodecId::kHevc;
  track.config.assign(23, 0);  // hev1: no arrays
  track.config[0] = 1;
  track.config[21] = 1;  // lengths of two bytes
  auto rewriter = UnitRewriter::make(track).value();
  EXPECT_FALSE(rewriter.track());
  const Buffer idr = hevc_slice({19});
  const Buffer delimiter = hex("46 01 50");
  const auto first =
      rewriter.rewrite(sample_of(2, {delimiter, hevc_vps(), hevc_sps(), hevc_pps(), idr}), true);
  ASSERT_TRUE(first);
  EXPECT_TRUE(first->is_other_track);
  const Buffer whole =
      joined({stored(hevc_vps()), stored(hevc_sps()), stored(hevc_pps()), stored(idr)});
  EXPECT_EQ(first->data, whole);
  const auto second = rewriter.rewrite(sample_of(2, {idr}), true);
  EXPECT_EQ(second->data, whole);
  EXPECT_EQ(second->sap, Sap::kClosed);

  // What came out is what goes in again: hvc1.
  auto again = UnitRewriter::make(*rewriter.track()).value();
  EXPECT_EQ(again.track(), rewriter.track());
  EXPECT_EQ(again.rewrite(stored(idr), true)->data, whole);
}

TEST(UnitRewriter, UnitsThatDoNotFitAreMalformed) {
  auto rewriter = UnitRewriter::make(avc_track(2, h264_sps(), h264_pps())).value();
  const Buffer sample = sample_of(2, {kIdr});
  for (std::size_t size = 1; size < sample.size(); ++size) {
    EXPECT_FALSE(rewriter.rewrite(Bytes(sample).first(size), true)) << size;
  }
  EXPECT_TRUE(rewriter.rewrite({}, false)->data.empty());
  EXPECT_TRUE(rewriter.rewrite(sample_of(2, {h264_delimiter(), {}}), false)->data.empty());
}

}  // namespace
}  // namespace flu::codec
