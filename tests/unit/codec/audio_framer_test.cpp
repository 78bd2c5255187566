#include "libcommon/codec/audio_framer.h"

#include <gtest/gtest.h>

#include "tests/unit/codec/audio_builder.h"
#include "tests/unit/codec/framing.h"

namespace flu::codec {
namespace {

using media::CodecId;

TEST(AudioFramer, GivesAFrameWithItsLastByte) {
  auto framer = make_framer(CodecId::kAac);
  framer->feed(joined({adts(50), adts(60)}), {media::Timestamp{900}, {}});
  EXPECT_EQ(take(*framer).size(), 2u);  // the first is believed when the second's header is there
  framer->feed(adts(70), {media::Timestamp{900 + 4179}, {}});
  const auto out = take(*framer);
  ASSERT_EQ(out.size(), 1u);
  EXPECT_EQ(out[0].dts, 900 + 4179);
  EXPECT_EQ(out[0].data.size(), 70u);
}

TEST(AudioFramer, GivesPacketTimesToTheFrameThatBeginsThere) {
  // The second packet begins with the end of a frame.
  const Buffer frame_bytes = adts(100);
  const Buffer head(frame_bytes.begin(), frame_bytes.begin() + 40);
  const Buffer tail(frame_bytes.begin() + 40, frame_bytes.end());
  const auto out = frame(CodecId::kAac, {{joined({frame_bytes, head}), 1000, {}},
                                         {joined({tail, frame_bytes}), 50'000, {}}});
  ASSERT_EQ(out.size(), 3u);
  EXPECT_EQ(out[0].dts, 1000);
  EXPECT_EQ(out[1].dts, 3089);
  EXPECT_EQ(out[2].dts, 50'000);
}

TEST(AudioFramer, FindsTheNextFrameBehindGarbage) {
  auto framer = make_framer(CodecId::kAac);
  // The garbage holds a sync word that no second frame confirms.
  const Buffer garbage = joined({hex("00 ff f1 50 80 02 00 fc"), Buffer(30, 0)});
  const auto out =
      frame(*framer, {{joined({garbage, adts(50), adts(50), garbage, adts(50), adts(50)}), 0, {}}});
  EXPECT_EQ(out.size(), 4u);
  EXPECT_EQ(framer->counters().skipped_bytes, 2 * garbage.size());
  EXPECT_EQ(framer->counters().frames, 4u);
}

TEST(AudioFramer, WaitsForATimeAfterALoss) {
  auto framer = make_framer(CodecId::kAac);
  framer->feed(joined({adts(50), adts(50), Buffer(3, 0xFF)}), {media::Timestamp{0}, {}});
  framer->note_loss();
  framer->feed(joined({adts(50), adts(50)}), {});
  framer->feed(joined({adts(50), adts(50)}), {media::Timestamp{90'000}, {}});
  const auto out = take(*framer);
  ASSERT_EQ(out.size(), 4u);
  EXPECT_EQ(out[2].dts, 90'000);
  EXPECT_EQ(framer->counters().bad_frames, 1u);
}

TEST(AudioFramer, ChangesItsFormatWithTheFrames) {
  const auto out = frame(
      CodecId::kAac,
      {{joined({repeated(adts(50), 2), repeated(adts(50, 3), 2), repeated(adts(50, 3, 1), 2)}),
        0,
        {}}});
  ASSERT_EQ(out.size(), 6u);
  EXPECT_EQ(out[1].revision, 1u);
  EXPECT_EQ(out[2].revision, 2u);
  EXPECT_EQ(out[3].duration, 1920);
  EXPECT_EQ(out[5].revision, 3u);
}

struct Format {
  CodecId codec;
  AacTransport aac;
  std::vector<Pes> stream;
};

std::vector<Format> formats() {
  const auto stream = [](const Buffer& first, const Buffer& other) {
    const Buffer bytes = joined({hex("00 ff 0b"), first, other, first, other, first, first});
    const auto half = bytes.begin() + static_cast<std::ptrdiff_t>(bytes.size() / 2);
    return std::vector<Pes>{{Buffer(bytes.begin(), half), 100, {}},
                            {Buffer(half, bytes.end()), 9000, {}}};
  };
  return {{CodecId::kAac, AacTransport::kAdts, stream(adts(30), adts(41))},
          {CodecId::kAac, AacTransport::kLatm, stream(latm(30, true), latm(41, false))},
          {CodecId::kMp2, AacTransport::kAdts, stream(mp2(), mp2())},
          {CodecId::kMp3, AacTransport::kAdts, stream(mp3(false), mp3(true))},
          {CodecId::kAc3, AacTransport::kAdts, stream(ac3(), ac3())},
          {CodecId::kEac3, AacTransport::kAdts, stream(eac3({}), eac3({.blocks_code = 3}))},
          {CodecId::kOpus, AacTransport::kAdts, stream(opus(30), opus(300))}};
}

TEST(AudioFramer, GivesTheSameInPieces) {
  for (const Format& format : formats()) {
    const auto run = [&](std::size_t piece) {
      return frame(*make_framer(format.codec, {}, format.aac), format.stream, piece);
    };
    const auto whole = run(0);
    EXPECT_GE(whole.size(), 5u) << to_string(format.codec);
    for (std::size_t piece = 1; piece < 150; ++piece) {
      EXPECT_EQ(run(piece), whole) << to_string(format.codec) << " in pieces of " << piece;
    }
  }
}

TEST(AudioFramer, CutShortGivesTheFramesInFront) {
  for (const Format& format : formats()) {
    Buffer bytes;
    for (const Pes& pes : format.stream) append(bytes, pes.payload);
    for (std::size_t size = 0; size < bytes.size(); ++size) {
      const auto out = frame(
          *make_framer(format.codec, {}, format.aac),
          {{Buffer(bytes.begin(), bytes.begin() + static_cast<std::ptrdiff_t>(size)), 0, {}}});
      EXPECT_LE(out.size(), 6u);
    }
  }
}

}  // namespace
}  // namespace flu::codec
