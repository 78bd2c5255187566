#include "tools/serve/live/fmp4.h"

#include <gtest/gtest.h>

#include "libcommon/container/mp4/init.h"
#include "libcommon/container/mp4/segment_box.h"
#include "tests/support/flu_samples.h"

namespace flu::serve {
namespace {

Body stored_segment() {
  std::vector<container::SegmentTrack> tracks;
  for (const std::uint32_t id : {1U, 2U}) {
    container::SegmentTrack& track = tracks.emplace_back();
    track.track_id = id;
    track.samples = {test::entry(test::kBase, 10),
                     test::entry(test::kBase + media::Ticks{3600}, 8)};
    track.bytes = 18;
  }
  const container::FragmentInfo info{5, 1, 0, 0, 9, 3};
  Buffer bytes = container::write_segment_header(9, tracks, {}, {}, &info)->bytes;
  append(bytes, test::pattern(36));
  return make_body(std::move(bytes));
}

segment::IndexRecord record() {
  segment::IndexRecord out;
  out.start = test::kBase;
  out.duration = 5520;
  return out;
}

TEST(Fmp4Segment, AllTracksAreAPartOfWhatIsStored) {
  const Body stored = stored_segment();
  const auto made = make_fmp4_segment(stored, record(), {test::h264_track(1), test::aac_track(2)});
  ASSERT_TRUE(made) << made.error().message;
  EXPECT_EQ(made->body.owner, stored.owner);
  EXPECT_EQ(made->body.bytes.data() + made->body.bytes.size(),
            stored.bytes.data() + stored.bytes.size());
  EXPECT_EQ(as_text(made->body.bytes).substr(4, 4), "moof");
}

TEST(Fmp4Segment, AChoiceHasBytesAndATagOfItsOwn) {
  const Body stored = stored_segment();
  const auto all = make_fmp4_segment(stored, record(), {test::h264_track(1), test::aac_track(2)});
  const auto one = make_fmp4_segment(stored, record(), {test::aac_track(2)});
  const auto again = make_fmp4_segment(stored, record(), {test::aac_track(2)});
  ASSERT_TRUE(all && one && again);
  EXPECT_EQ(as_text(one->body.bytes), as_text(again->body.bytes));
  EXPECT_EQ(one->etag, again->etag);
  EXPECT_NE(one->etag, all->etag);
  const auto parsed = container::parse_segment(one->body.bytes);
  ASSERT_TRUE(parsed) << parsed.error().message;
  ASSERT_EQ(parsed->tracks.size(), 1U);
  EXPECT_EQ(parsed->tracks[0].track_id, 2U);
}

TEST(Fmp4Init, IsNamedByItsBytes) {
  const PlayerInit one = make_fmp4_init({test::h264_track(1)});
  EXPECT_EQ(one.bytes, container::write_player_init({test::h264_track(1)}));
  EXPECT_EQ(one.hash, make_fmp4_init({test::h264_track(1)}).hash);
  EXPECT_NE(one.hash, make_fmp4_init({test::h264_track(2)}).hash);
}

}  // namespace
}  // namespace flu::serve
