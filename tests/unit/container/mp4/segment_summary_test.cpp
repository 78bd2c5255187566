#include "libcommon/container/mp4/segment_summary.h"

#include <gtest/gtest.h>

#include "libcommon/container/mp4/player_segment.h"
#include "libcommon/container/mp4/segment_box.h"
#include "tests/support/flu_samples.h"

namespace flu::container {
namespace {

using media::Sap;
using media::Ticks;

constexpr Ticks kFrame{3600};
const media::Tracks kTracks{test::h264_track(1), test::aac_track(2)};
constexpr Stretch kTime{test::kBase + Ticks{5000}, test::kBase + Ticks{5000 + 3 * 1920}};

// I P B B: two frames of delay, decoded 0 1 2 3, shown 2 5 3 4.
std::vector<SegmentTrack> tracks() {
  SegmentTrack video{1, {}, 0};
  const std::array<int, 4> cts{2, 4, 1, 1};
  for (int i = 0; i < 4; ++i) {
    video.samples.push_back(test::entry(
        test::kBase + kFrame * i, static_cast<std::uint32_t>(100 - i), kFrame,
        i == 0 ? Sap::kOpen : Sap::kNone, kFrame * cts.at(static_cast<std::size_t>(i))));
    video.bytes += static_cast<std::uint64_t>(100 - i);
  }
  SegmentTrack audio{2, {}, 0};
  for (int i = 0; i < 3; ++i) {
    audio.samples.push_back(
        test::entry(test::kBase + Ticks{5000} + Ticks{1920} * i, 4, Ticks{1920}));
    audio.bytes += 4;
  }
  return {video, audio};
}

Buffer stored() {
  const std::vector<media::Event> events{{"urn:x", "v", test::kBase, Ticks{9}, 4, {1, 2, 3}}};
  auto header = write_segment_header(9, tracks(), {}, events);
  return header->bytes;
}

TEST(SegmentSummary, TellsWhatIsShownFromWhenToWhen) {
  const auto summary = summarize_segment(stored(), kTracks, kTime);
  ASSERT_TRUE(summary) << summary.error().message;
  ASSERT_EQ(summary->tracks.size(), 2U);
  const auto& video = summary->tracks[0];
  EXPECT_EQ(video.start, test::kBase + kFrame * 2);
  EXPECT_EQ(video.end, test::kBase + kFrame * 6);
  EXPECT_EQ(video.samples, 4U);
  EXPECT_EQ(video.first_sap, Sap::kOpen);
  const auto& audio = summary->tracks[1];
  EXPECT_EQ(audio.start, test::kBase + Ticks{5000});
  EXPECT_EQ(audio.end, test::kBase + Ticks{5000 + 3 * 1920});
}

TEST(SegmentSummary, HasTheSplices) {
  EXPECT_TRUE(summarize_segment(stored(), kTracks, kTime)->splices.empty());
  const media::Event splice{std::string(media::kScte35Scheme), "", test::kBase, Ticks{9}, 4, {1}};
  const std::vector<media::Event> events{{"urn:x", "v", test::kBase, Ticks{9}, 4, {1}}, splice};
  const auto header = write_segment_header(9, tracks(), {}, events);
  EXPECT_EQ(summarize_segment(header->bytes, kTracks, kTime)->splices, std::vector{splice});
}

TEST(SegmentSummary, CountsTheBytesThatAPlayerFetches) {
  Buffer whole = write_segment_header(9, tracks(), {}, {})->bytes;
  append(whole, test::pattern(tracks()[0].bytes + tracks()[1].bytes));
  const auto summary = summarize_segment(whole, kTracks, kTime);
  ASSERT_TRUE(summary);
  for (std::uint32_t id = 1; id <= 2; ++id) {
    const auto made = make_player_segment(whole, {kTracks[id - 1]}, kTime);
    ASSERT_TRUE(made);
    std::size_t size = made->head.size();
    for (const Bytes part : made->data) size += part.size();
    EXPECT_EQ(summary->tracks[id - 1].fmp4_bytes, size) << id;
  }
}

TEST(SegmentSummary, LeavesOutTracksThatTheInitDoesNotHave) {
  const auto summary = summarize_segment(stored(), {test::aac_track(2)}, kTime);
  ASSERT_TRUE(summary);
  ASSERT_EQ(summary->tracks.size(), 1U);
  EXPECT_EQ(summary->tracks[0].track_id, 2U);
}

// As players get it (silence.h), in MPEG-TS as it is.
TEST(SegmentSummary, CountsSilenceInThePlaceOfSound) {
  const Stretch second{test::kBase + Ticks{5000}, test::kBase + Ticks{95'000}};
  const auto summary =
      summarize_segment(stored(), {kTracks[0], kTracks[1], test::aac_track(3)}, second);
  ASSERT_TRUE(summary) << summary.error().message;
  ASSERT_EQ(summary->tracks.size(), 3U);
  EXPECT_EQ(summary->tracks[1].samples, 46U);
  EXPECT_EQ(summary->tracks[1].ts_bytes,
            summarize_segment(stored(), kTracks, kTime)->tracks[1].ts_bytes);
  const auto& silent = summary->tracks[2];
  EXPECT_EQ(silent.track_id, 3U);
  EXPECT_EQ(silent.samples, 46U);
  EXPECT_EQ(silent.start, second.start + Ticks{1920});
  EXPECT_EQ(silent.ts_bytes, 0U);
}

TEST(SegmentSummary, NeedsAWholeMoof) {
  const Buffer whole = stored();
  const std::size_t end = whole.size() - 8;  // of the moof
  EXPECT_TRUE(summarize_segment(Bytes(whole).first(end), kTracks, kTime));
  for (std::size_t cut = 0; cut < end; ++cut) {
    EXPECT_FALSE(summarize_segment(Bytes(whole).first(cut), kTracks, kTime)) << cut;
  }
}

TEST(SegmentSummary, RefusesTimesThatAreNoUtc) {
  auto low = tracks();
  for (auto& sample : low[0].samples) sample.dts -= test::kBase;
  const auto header = write_segment_header(9, low, {}, {});
  ASSERT_TRUE(header);
  const auto summary = summarize_segment(header->bytes, kTracks, kTime);
  ASSERT_FALSE(summary);
  EXPECT_NE(summary.error().message.find("tfdt"), std::string::npos);
}

}  // namespace
}  // namespace flu::container
