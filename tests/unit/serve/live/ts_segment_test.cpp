#include "tools/serve/live/ts_segment.h"

#include <gtest/gtest.h>

#include "libcommon/container/mp4/segment_box.h"
#include "libcommon/container/mpegts/ts_reader.h"

namespace flu::serve {
namespace {

constexpr std::int64_t kStart = 158'741'550'000'000;

media::Track mp2(std::uint32_t id) {
  media::Track track;
  track.id = id;
  track.kind = media::TrackKind::kAudio;
  track.codec = media::CodecId::kMp2;
  track.audio = {48'000, 2, 1152};
  return track;
}

// MPEG-1 layer II, 48 kHz, 64 kbit/s, stereo: 192 bytes (ISO 11172-3 2.4.2.3).
Buffer mp2_frame() {
  Buffer frame(192, 0);
  frame[0] = 0xFF;
  frame[1] = 0xFD;
  frame[2] = 0x44;
  return frame;
}

Buffer stored_segment(const std::vector<std::uint32_t>& ids) {
  std::vector<container::SegmentTrack> tracks;
  Buffer data;
  for (const std::uint32_t id : ids) {
    container::SegmentTrack track;
    track.track_id = id;
    for (std::int64_t i = 0; i < 20; ++i) {
      const auto offset = static_cast<std::uint32_t>(track.bytes);
      track.samples.push_back({media::Timestamp(kStart + i * 2160), media::Ticks(0),
                               media::Ticks(2160), media::Sap::kClosed, offset, 192});
      track.bytes += 192;
      append(data, mp2_frame());
    }
    tracks.push_back(std::move(track));
  }
  auto header = container::write_segment_header(7, tracks, {}, {});
  Buffer out = header.value().bytes;
  append(out, data);
  return out;
}

std::size_t samples_in(Bytes ts, std::size_t& tracks) {
  container::TsReader reader;
  reader.feed(ts);
  reader.flush();
  std::size_t samples = 0;
  while (const auto unit = reader.next()) {
    if (const auto* changed = std::get_if<media::TracksChanged>(&*unit)) {
      tracks = changed->tracks.size();
    }
    if (std::holds_alternative<media::Sample>(*unit)) ++samples;
  }
  return samples;
}

TEST(TsSegment, HoldsTheChosenTracks) {
  const Buffer stored = stored_segment({1, 2});
  std::size_t tracks = 0;
  const auto both = make_ts_segment(stored, {mp2(1), mp2(2)});
  ASSERT_TRUE(both) << both.error().message;
  EXPECT_EQ(samples_in(both->body.bytes, tracks), 40U);
  EXPECT_EQ(tracks, 2U);
  const auto one = make_ts_segment(stored, {mp2(2)});
  ASSERT_TRUE(one) << one.error().message;
  EXPECT_EQ(samples_in(one->body.bytes, tracks), 20U);
  EXPECT_EQ(tracks, 1U);
}

TEST(TsSegment, EqualBytesHaveEqualTags) {
  const Buffer stored = stored_segment({1, 2});
  const auto first = make_ts_segment(stored, {mp2(1)});
  const auto again = make_ts_segment(stored, {mp2(1)});
  const auto other = make_ts_segment(stored, {mp2(1), mp2(2)});
  ASSERT_TRUE(first && again && other);
  EXPECT_EQ(as_text(first->body.bytes), as_text(again->body.bytes));
  EXPECT_EQ(first->etag, again->etag);
  EXPECT_NE(first->etag, other->etag);
}

TEST(TsSegment, ACutFileIsAnError) {
  const Buffer stored = stored_segment({1});
  for (std::size_t size = 0; size < stored.size(); size += 97) {
    EXPECT_FALSE(make_ts_segment(Bytes(stored).first(size), {mp2(1)})) << size;
  }
}

}  // namespace
}  // namespace flu::serve
