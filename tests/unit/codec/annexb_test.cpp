#include "libcommon/codec/annexb.h"

#include <gtest/gtest.h>

#include "libcommon/codec/framer.h"
#include "tests/unit/codec/audio_builder.h"
#include "tests/unit/codec/es_builder.h"
#include "tests/unit/codec/framing.h"

namespace flu::codec {
namespace {

media::Track track_of(media::CodecId codec, const Buffer& stream) {
  auto framer = make_framer(codec);
  framer->feed(stream, {media::Timestamp{0}, {}});
  framer->flush();
  return framer->format().value();
}

const Buffer kIdr = h264_slice({.is_idr = true, .type = 7});

media::Track h264_track() {
  return track_of(media::CodecId::kH264,
                  joined({coded(h264_sps()), coded(h264_pps()), coded(kIdr)}));
}

TEST(AnnexB, PutsDelimiterAndParameterSetsInFront) {
  Pieces out;
  out.own() = hex("47");
  ASSERT_TRUE(append_annexb(h264_track(), stored(kIdr), true, out));
  EXPECT_EQ(out.joined(), joined({hex("47"), coded(h264_delimiter()), coded(h264_sps()),
                                  coded(h264_pps()), coded(kIdr)}));
  out.clear();
  ASSERT_TRUE(append_annexb(h264_track(), stored(kIdr), false, out));
  EXPECT_EQ(out.joined(), joined({coded(h264_delimiter()), coded(kIdr)}));
}

TEST(AnnexB, KeepsWhatTheSampleHas) {
  Pieces out;
  const Buffer sets = joined({stored(h264_sps()), stored(h264_pps(0, 0, 5))});
  const Buffer sample = joined({stored(hex("09 30")), sets, stored(kIdr)});
  ASSERT_TRUE(append_annexb(h264_track(), sample, true, out));
  EXPECT_EQ(out.joined(), joined({coded(h264_delimiter()), coded(h264_sps()),
                                  coded(h264_pps(0, 0, 5)), coded(kIdr)}));
}

TEST(AnnexB, OfHevc) {
  const Buffer idr = hevc_slice({.type = 19});
  const media::Track track =
      track_of(media::CodecId::kHevc,
               joined({coded(hevc_vps()), coded(hevc_sps()), coded(hevc_pps()), coded(idr)}));
  Pieces out;
  ASSERT_TRUE(append_annexb(track, stored(idr), true, out));
  EXPECT_EQ(out.joined(), joined({coded(hex("46 01 50")), coded(hevc_vps()), coded(hevc_sps()),
                                  coded(hevc_pps()), coded(idr)}));
}

TEST(AnnexB, RefusesBrokenSamples) {
  const media::Track track = h264_track();
  const Buffer whole = stored(kIdr);
  Pieces out;
  for (std::size_t size = 1; size < whole.size(); ++size) {
    EXPECT_FALSE(append_annexb(track, Bytes(whole).first(size), false, out)) << size;
  }
  EXPECT_FALSE(append_annexb(track, hex("ffffffff 65"), false, out));
  EXPECT_FALSE(append_annexb(track, hex("00000000"), false, out));
  EXPECT_TRUE(out.empty());
  media::Track other = track;
  other.codec = media::CodecId::kMpeg2Video;
  EXPECT_FALSE(append_annexb(other, whole, false, out));
  media::Track broken = track;
  broken.config.resize(20);
  EXPECT_FALSE(append_annexb(broken, whole, true, out));
}

TEST(AnnexB, LendsWhatIsLarge) {
  Buffer large = kIdr;
  large.resize(kIdr.size() + 2 * Pieces::kSmall, 0x55);
  const Buffer sample = joined({stored(kIdr), stored(large), stored(kIdr)});
  Pieces out;
  ASSERT_TRUE(append_annexb(h264_track(), sample, false, out));
  EXPECT_EQ(out.joined(),
            joined({coded(h264_delimiter()), coded(kIdr), coded(large), coded(kIdr)}));
  EXPECT_LT(out.own().size(), Pieces::kSmall);
}

TEST(AdtsHeader, IsReadAsItWasWritten) {
  const media::Track track = track_of(media::CodecId::kAac, repeated(adts(50), 2));
  Buffer out;
  ASSERT_TRUE(append_adts_header(track, 50, out));
  append(out, adts_payload(50));
  EXPECT_EQ(out, adts(50));
  EXPECT_TRUE(append_adts_header(track, 8184, out));
  EXPECT_FALSE(append_adts_header(track, 8185, out));
}

TEST(AdtsHeader, SaysTheCoreOfHighEfficiency) {
  media::Track track;
  track.codec = media::CodecId::kAac;
  track.config = hex("2b 8a 08 00");
  Buffer out;
  ASSERT_TRUE(append_adts_header(track, 100, out));
  EXPECT_EQ(out, hex("ff f1 5c 40 0d 7f fc"));
  track.config = hex("12");
  EXPECT_FALSE(append_adts_header(track, 100, out));
}

}  // namespace
}  // namespace flu::codec
