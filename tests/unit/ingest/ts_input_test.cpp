#include "tools/ingest/ts_input.h"

#include <gtest/gtest.h>

#include "libcommon/container/mpegts/ts_writer.h"

namespace flu::ingest {
namespace {

// Half a second of MP2 frames.
Buffer make_clip() {
  media::Track track;
  track.id = 1;
  track.kind = media::TrackKind::kAudio;
  track.codec = media::CodecId::kMp2;
  track.audio = {48'000, 2, 1152};
  container::TsWriter writer({track});
  Buffer out;
  for (int i = 0; i < 20; ++i) {
    // MPEG-1 layer II, 192 kbit/s, 48 kHz: 576 bytes (ISO 11172-3 2.4.1.3).
    Buffer frame(576, 0);
    frame[0] = 0xFF;
    frame[1] = 0xFD;
    frame[2] = 0xA4;
    EXPECT_TRUE(
        writer.write({1, media::Timestamp(90'000 + i * 2160), media::Ticks(0), true, frame}, out));
  }
  return out;
}

std::size_t samples_in(const Units& units) {
  std::size_t count = 0;
  for (const media::Unit& unit : units) count += std::holds_alternative<media::Sample>(unit);
  return count;
}

TEST(TsInput, GivesTheSameAgainAfterTheEnd) {
  const Buffer clip = make_clip();
  TsInput input({});
  for (int pass = 1; pass <= 3; ++pass) {
    Units units;
    input.feed(clip, units);
    input.finish(units);
    EXPECT_EQ(samples_in(units), 20U);
    EXPECT_TRUE(std::holds_alternative<media::TracksChanged>(units.front()));
    EXPECT_EQ(input.counters().ts.packets, clip.size() / 188 * static_cast<std::size_t>(pass));
  }
  EXPECT_EQ(input.counters().ts.continuity_errors, 0U);
}

TEST(TsInput, KnowsWhetherItIsMpegTs) {
  TsInput input({});
  Units units;
  input.feed(Buffer(10'000, 0x11), units);
  EXPECT_FALSE(input.has_program());
  input.feed(make_clip(), units);
  EXPECT_TRUE(input.has_program());
}

}  // namespace
}  // namespace flu::ingest
