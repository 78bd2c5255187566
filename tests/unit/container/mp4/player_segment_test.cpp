#include "libcommon/container/mp4/player_segment.h"

#include <algorithm>
#include <array>
#include <string>
#include <string_view>

#include <gtest/gtest.h>

#include "libcommon/container/mp4/boxes.h"
#include "libcommon/container/mp4/moof.h"
#include "libcommon/container/mp4/segment_box.h"
#include "tests/support/flu_samples.h"

namespace flu::container {
namespace {

using media::Sap;
using media::Ticks;

SegmentTrack track(std::uint32_t id, int samples, std::uint32_t first_size) {
  SegmentTrack out{id, {}, 0};
  for (int i = 0; i < samples; ++i) {
    const auto size = first_size + static_cast<std::uint32_t>(i);
    out.samples.push_back(test::entry(test::kBase + Ticks{3600} * i, size, Ticks{3600},
                                      i == 0 ? Sap::kClosed : Sap::kNone));
    out.bytes += size;
  }
  return out;
}

constexpr std::string_view kTrun = "trun";

const media::Event kEvent{"urn:scte:scte35:2013:bin", "1", test::kBase, Ticks{9}, 4, {1, 2, 3}};

// Three tracks of 3, 2 and 4 samples; the data are told apart by their place.
Buffer stored(const std::vector<media::Event>& events = {}) {
  const std::vector<SegmentTrack> tracks{track(1, 3, 10), track(2, 2, 5), track(5, 4, 7)};
  const FragmentInfo info{5, 1, kDiscont, 0, 9, 3};
  const std::vector<ProducerTime> times{{1, 77, test::kBase}};
  Buffer out = write_segment_header(9, tracks, times, events, &info)->bytes;
  append(out, test::pattern(tracks[0].bytes + tracks[1].bytes + tracks[2].bytes));
  return out;
}

Buffer bytes_of(const PlayerSegment& segment) {
  Buffer out = segment.head;
  for (const Bytes part : segment.data) append(out, part);
  return out;
}

constexpr Stretch kTime{test::kBase, test::kBase + Ticks{4 * 3600}};

Result<PlayerSegment> make(Bytes from, std::initializer_list<std::uint32_t> ids) {
  media::Tracks tracks;
  for (const std::uint32_t id : ids) tracks.push_back(test::h264_track(id));
  return make_player_segment(from, tracks, kTime);
}

Buffer cut(const Buffer& from, std::initializer_list<std::uint32_t> ids) {
  const auto made = make(from, ids);
  EXPECT_TRUE(made) << made.error().message;
  return made ? bytes_of(*made) : Buffer{};
}

Buffer data_of(const Buffer& segment, const SegmentTrack& track) {
  const auto at = static_cast<std::ptrdiff_t>(track.samples.front().offset);
  return {segment.begin() + at, segment.begin() + at + static_cast<std::ptrdiff_t>(track.bytes)};
}

TEST(PlayerSegment, AllTracksGoOutAsTheyAreStored) {
  const Buffer from = stored();
  const auto made = make(from, {1U, 2U, 5U});
  ASSERT_TRUE(made) << made.error().message;
  EXPECT_TRUE(made->head.empty());
  ASSERT_EQ(made->data.size(), 1U);
  const std::size_t moof = parse_segment(from)->moof_offset;
  EXPECT_EQ(made->data[0].data(), from.data() + moof);
  EXPECT_EQ(made->data[0].size(), from.size() - moof);
}

TEST(PlayerSegment, AnyChoiceHasItsTracksSampleBySample) {
  const Buffer from = stored();
  const auto all = parse_segment(from);
  ASSERT_TRUE(all);
  for (unsigned mask = 1; mask < 8; ++mask) {
    std::vector<std::uint32_t> ids;
    media::Tracks tracks;
    for (unsigned i = 0; i < 3; ++i) {
      if ((mask >> i & 1U) == 0) continue;
      ids.push_back(all->tracks[i].track_id);
      tracks.push_back(test::h264_track(ids.back()));
    }
    const auto made = make_player_segment(from, tracks, kTime);
    ASSERT_TRUE(made) << made.error().message;
    const Buffer out = bytes_of(*made);
    EXPECT_EQ(out, bytes_of(*make_player_segment(from, tracks, kTime)));
    const auto parsed = parse_segment(out);
    ASSERT_TRUE(parsed) << parsed.error().message;
    EXPECT_EQ(parsed->seq, 9U);
    EXPECT_FALSE(parsed->info);
    EXPECT_TRUE(parsed->producer_times.empty());
    EXPECT_EQ(std::string(as_text(out)).find("uuid"), std::string::npos);
    ASSERT_EQ(parsed->tracks.size(), ids.size()) << mask;
    std::size_t k = 0;
    for (const SegmentTrack& wanted : all->tracks) {
      if (std::find(ids.begin(), ids.end(), wanted.track_id) == ids.end()) continue;
      const SegmentTrack& got = parsed->tracks[k++];
      EXPECT_EQ(got.track_id, wanted.track_id);
      ASSERT_EQ(got.samples.size(), wanted.samples.size());
      for (std::size_t i = 0; i < got.samples.size(); ++i) {
        EXPECT_EQ(got.samples[i].dts, wanted.samples[i].dts);
        EXPECT_EQ(got.samples[i].cts, wanted.samples[i].cts);
        EXPECT_EQ(got.samples[i].duration, wanted.samples[i].duration);
        EXPECT_EQ(got.samples[i].sap, wanted.samples[i].sap);
      }
      EXPECT_EQ(data_of(out, got), data_of(from, wanted));
    }
  }
}

// With B frames the first is shown later than it is decoded; the player's times begin with it.
TEST(PlayerSegment, TimesBeginWithWhatIsShown) {
  SegmentTrack video = track(1, 4, 10);
  const std::array<int, 4> frames{1, 3, 0, 0};  // I P b b
  for (std::size_t i = 0; i < frames.size(); ++i) video.samples[i].cts = Ticks{3600} * frames.at(i);
  Buffer from = write_segment_header(9, {&video, 1}, {}, {})->bytes;
  append(from, test::pattern(video.bytes));
  const Buffer out = cut(from, {1U});
  const auto moof = find_box(out, four_cc("moof"));
  ASSERT_TRUE(moof && *moof);
  Moof parsed;
  ASSERT_TRUE(parse_moof((*moof)->payload, {nullptr, 100, std::nullopt}, parsed));
  ASSERT_EQ(parsed.samples.size(), 4U);
  EXPECT_EQ(parsed.trafs[0].decode_time,
            static_cast<std::uint64_t>((test::kBase + Ticks{3600}).count()));
  const std::array<std::int64_t, 4> offsets{0, 7200, -3600, -3600};
  for (std::size_t i = 0; i < 4; ++i) {
    EXPECT_EQ(parsed.samples[i].cts, offsets.at(i)) << i;
    EXPECT_EQ(parsed.samples[i].duration, 3600U) << i;
  }
  const auto trun = std::search(out.begin(), out.end(), kTrun.begin(), kTrun.end());
  ASSERT_NE(trun, out.end());
  EXPECT_EQ(trun[4], 1);  // signed offsets
  EXPECT_EQ(Buffer(out.end() - static_cast<std::ptrdiff_t>(video.bytes), out.end()),
            test::pattern(video.bytes));
}

// Neighbours are one range: fewer pieces to copy or send.
TEST(PlayerSegment, NeighboursAreOneRange) {
  const Buffer from = stored();
  EXPECT_EQ(make(from, {1U, 2U})->data.size(), 1U);
  EXPECT_EQ(make(from, {1U, 5U})->data.size(), 2U);
}

TEST(PlayerSegment, TheOrderOfTheIdsDoesNotMatter) {
  const Buffer from = stored();
  EXPECT_EQ(cut(from, {5U, 1U}), cut(from, {1U, 5U}));
}

TEST(PlayerSegment, EventsStay) {
  const Buffer out = cut(stored({kEvent}), {1U, 2U, 5U});
  const auto parsed = parse_segment(out);
  ASSERT_TRUE(parsed) << parsed.error().message;
  ASSERT_EQ(parsed->events.size(), 1U);
  EXPECT_EQ(parsed->events[0], kEvent);
  EXPECT_EQ(parsed->tracks.size(), 3U);
  EXPECT_EQ(std::string(as_text(out)).find("uuid"), std::string::npos);
}

// A track that pauses: the player still gets a segment that it can read.
TEST(PlayerSegment, TracksWithoutSamplesGiveAMoofWithoutSamples) {
  const Buffer out = cut(stored(), {9U});
  const auto parsed = parse_segment(out);
  ASSERT_TRUE(parsed) << parsed.error().message;
  ASSERT_EQ(parsed->tracks.size(), 1U);
  EXPECT_EQ(parsed->tracks[0].track_id, 9U);
  EXPECT_TRUE(parsed->tracks[0].samples.empty());
}

// Sound that is away for a while, or all the time: silence is in its place.
TEST(PlayerSegment, HolesOfSoundAreFilled) {
  const SegmentTrack video = track(1, 25, 10);
  SegmentTrack sound = track(2, 3, 5);
  const std::array tracks{video, sound};
  Buffer from = write_segment_header(9, tracks, {}, {})->bytes;
  append(from, test::pattern(video.bytes + sound.bytes));
  const Stretch second{test::kBase, test::kBase + Ticks{90'000}};
  for (const std::uint32_t id : {2U, 3U}) {
    const auto made = make_player_segment(from, {test::aac_track(id)}, second);
    ASSERT_TRUE(made) << made.error().message;
    const Buffer bytes = bytes_of(*made);
    const auto parsed = parse_segment(bytes);
    ASSERT_TRUE(parsed) << parsed.error().message;
    ASSERT_EQ(parsed->tracks.size(), 1U);
    const auto& samples = parsed->tracks[0].samples;
    ASSERT_EQ(samples.size(), id == 2 ? 45U : 46U);
    EXPECT_EQ(samples.back().dts + samples.back().duration,
              second.end + Ticks{id == 2 ? 1680 : 240});
    const Buffer silence = made->silence.at(0);
    EXPECT_EQ(Buffer(bytes.end() - static_cast<std::ptrdiff_t>(silence.size()), bytes.end()),
              silence);
    if (id == 3) continue;
    EXPECT_EQ(data_of(bytes, {2, {samples[0]}, 5}),
              test::pattern(5, static_cast<unsigned>(video.bytes * 7)));
  }
  const auto both = make_player_segment(from, {test::h264_track(1), test::aac_track(2)}, second);
  ASSERT_TRUE(both) << both.error().message;
  EXPECT_EQ(parse_segment(bytes_of(*both))->tracks[1].samples.size(), 45U);
}

TEST(PlayerSegment, CutAtEveryLengthIsRefused) {
  const Buffer from = stored({kEvent});
  for (std::size_t size = 0; size < from.size(); ++size) {
    EXPECT_FALSE(make(Bytes(from).first(size), {1U})) << size;
  }
}

}  // namespace
}  // namespace flu::container
