#include <filesystem>
#include <string>

#include <gmock/gmock.h>
#include <gtest/gtest.h>

#include "tests/unit/hub/live_stream_fixture.h"
#include "tools/segment/live_stream.h"

namespace flu::hub {
namespace {

namespace fs = std::filesystem;
using media::Sap;
using media::Ticks;

TEST_F(LiveStreamTest, GoesOnAfterAKillWithOneDiscontinuity) {
  Source source;
  source.audio_lead = -20'000;
  play(source);
  source.send_seconds(*stream_, 9.5);
  // As a kill leaves it: files and all, without a word.
  const std::string copy = make_folder();
  fs::remove(copy);
  fs::copy(folder_, copy);
  folder_ = copy;
  stream_ = open(folder_);
  auto list = records();
  ASSERT_EQ(list.size(), 3U);
  check(list[2]);
  EXPECT_EQ(list[2].seq, list[1].seq + 1);
  EXPECT_EQ(list[2].flags, 0);
  EXPECT_EQ(list[2].duration, 37U * kFrame);
  EXPECT_FALSE(fs::exists(folder_ + "/cur.mp4"));
  source.time += kSecond;
  source.frame = 0;
  play(source);
  source.send_seconds(*stream_, 9);
  list = records();
  ASSERT_EQ(list.size(), 5U);
  EXPECT_EQ(list[3].seq, list[2].seq + 1);
  EXPECT_EQ(list[3].flags, segment::kDiscont);
  EXPECT_EQ(list[3].disc_seq, list[2].disc_seq + 1);
  EXPECT_EQ(list[4].flags, 0);
  EXPECT_EQ(list[4].init_hash, list[0].init_hash);
}

TEST_F(LiveStreamTest, RecoversWhateverTheLogWasCutAt) {
  Source source;
  play(source);
  source.send_seconds(*stream_, 4.6);
  const auto size = fs::file_size(folder_ + "/cur.mp4");
  std::uint32_t last = 0;
  for (std::uintmax_t cut = 0; cut <= size; cut += 97) {
    const std::string copy = make_folder();
    fs::remove(copy);
    fs::copy(folder_, copy);
    fs::resize_file(copy + "/cur.mp4", cut);
    const auto stream = open(copy);
    const auto list = records(copy);
    ASSERT_GE(list.size(), 1U);
    ASSERT_LE(list.size(), 2U);
    if (list.size() == 2) {
      EXPECT_GE(list[1].size, last);
      last = list[1].size;
      const auto parsed = container::parse_segment(file_of(copy, list[1]));
      EXPECT_TRUE(parsed);
    }
    fs::remove_all(copy);
  }
  EXPECT_GT(last, 0U);
}

TEST_F(LiveStreamTest, ADiscontinuityOnEveryTrackIsOneBreak) {
  Source source;
  play(source);
  source.send_seconds(*stream_, 5);
  source.time += 10 * kSecond;
  source.audio_time = source.time;
  const Buffer payload(20, 1);
  auto audio = Source::fragment(9, source.audio_time, 1920, Sap::kClosed, payload);
  audio.info.emplace();
  audio.info->flags = container::kDiscont;
  source.audio_time += 1920;
  stream_->add_fragment(audio);
  stream_->flush();
  source.frame = 0;
  source.send(*stream_, container::kDiscont);
  source.send_seconds(*stream_, 9);
  const auto list = records();
  ASSERT_EQ(list.size(), 4U);
  EXPECT_EQ(list[0].flags, 0);
  EXPECT_EQ(list[1].flags, 0);
  EXPECT_EQ(list[1].duration, 1U * kSecond);
  EXPECT_EQ(list[2].flags, segment::kDiscont);
  EXPECT_EQ(list[2].disc_seq, list[1].disc_seq + 1);
  EXPECT_EQ(list[3].flags, 0);
  // The audio that came before the key frame is there.
  const auto parsed = container::parse_segment(file_of(folder_, list[2]));
  EXPECT_EQ(parsed->tracks.at(1).samples.front().dts, list[2].start);
}

// Only the source's own times jumped, and the timeline has put what follows where the stream was.
TEST_F(LiveStreamTest, LosesNothingWhereTheStreamGoesOnAtABreak) {
  Source source;
  source.audio_lead = -kSecond / 4;
  play(source);
  source.send_seconds(*stream_, 5.5);
  source.send(*stream_, container::kDiscont);
  source.send_seconds(*stream_, 9.5);
  EXPECT_EQ(stream_->counters().dropped_frames, 0U);
  const auto list = records();
  ASSERT_EQ(list.size(), 4U);
  EXPECT_EQ(list[1].flags, 0);
  EXPECT_EQ(list[1].duration, 2U * kSecond);
  EXPECT_EQ(list[2].flags, segment::kDiscont);
  EXPECT_EQ(list[2].disc_seq, list[1].disc_seq + 1);
  for (std::size_t i = 1; i < list.size(); ++i) {
    EXPECT_EQ(list[i - 1].start + Ticks(list[i - 1].duration), list[i].start);
    check(list[i]);
  }
  const auto before = container::parse_segment(file_of(folder_, list[1]));
  const auto& sound = before->tracks.at(1).samples.back();
  EXPECT_LT(sound.dts, list[2].start);
  EXPECT_GE(sound.dts + sound.duration, list[2].start);
}

TEST_F(LiveStreamTest, OtherTracksBeginANewInitAndADiscontinuity) {
  Source source;
  play(source);
  source.send_seconds(*stream_, 5);
  auto tracks = source.tracks;
  tracks[0].video.width = 1280;
  ASSERT_TRUE(stream_->set_tracks(tracks));
  source.frame = 0;
  source.send_seconds(*stream_, 9);
  const auto list = records();
  ASSERT_EQ(list.size(), 4U);
  EXPECT_EQ(list[0].init_hash, list[1].init_hash);
  EXPECT_NE(list[1].init_hash, list[2].init_hash);
  EXPECT_EQ(list[2].flags, segment::kDiscont);
  const auto reader = store::WindowReader::open(folder_);
  EXPECT_EQ(reader->tracks(list[0])->front().video.width, 640U);
  EXPECT_EQ(reader->tracks(list[2])->front().video.width, 1280U);
  EXPECT_EQ(reader->tracks(list[2])->front().id, 1U);
}

TEST_F(LiveStreamTest, SoundThatBeginsLateCostsNoPicture) {
  Source source;
  play(source);
  ASSERT_TRUE(stream_->set_tracks({source.tracks[0]}));
  source.audio_time = kBase + 100 * kSecond;
  source.send_seconds(*stream_, 5.4);
  ASSERT_TRUE(stream_->set_tracks(source.tracks));
  source.audio_time = source.time;
  source.send_seconds(*stream_, 9.6);
  EXPECT_EQ(stream_->counters().frames - stream_->counters().tracks.at(2).frames, 15U * 25U);
  const auto list = records();
  ASSERT_EQ(list.size(), 4U);
  EXPECT_EQ(list[1].duration, 2U * kSecond);
  EXPECT_EQ(list[2].flags, segment::kDiscont);
  EXPECT_EQ(container::parse_segment(file_of(folder_, list[1]))->tracks.size(), 1U);
  const auto with_sound = container::parse_segment(file_of(folder_, list[2]));
  ASSERT_EQ(with_sound->tracks.size(), 2U);
  EXPECT_LT(with_sound->tracks.at(1).samples.front().dts, list[2].start + Ticks(1920));
}

TEST_F(LiveStreamTest, TheSameTracksFromAnotherSourceKeepTheInit) {
  Source source;
  play(source);
  source.send_seconds(*stream_, 5);
  source.frame = 0;
  play(source);
  source.send_seconds(*stream_, 5);
  const auto list = records();
  ASSERT_EQ(list.size(), 3U);
  EXPECT_EQ(list[2].flags, segment::kDiscont);
  EXPECT_EQ(list[0].init_hash, list[2].init_hash);
}

TEST_F(LiveStreamTest, MovesTheTimesOfAProducerThatIsFarBehind) {
  Source source;
  play(source);
  source.send_seconds(*stream_, 9);
  const auto before = records().back();
  source.time = kBase - 3600 * kSecond;
  source.audio_time = source.time;
  source.frame = 0;
  play(source);
  source.send_seconds(*stream_, 9);
  const auto list = records();
  ASSERT_EQ(list.size(), 5U);
  EXPECT_EQ(list[3].flags, segment::kDiscont | segment::kClockUnsure);
  EXPECT_GE(list[3].start, list[2].start + Ticks(list[2].duration));
  EXPECT_LT(list[3].start, list[2].start + Ticks(list[2].duration + kSecond));
  EXPECT_GT(list[2].seq, before.seq);
  check(list[3]);
}

TEST_F(LiveStreamTest, TakesTimesThatGoBackAfterAResync) {
  Source ahead;
  ahead.time = ahead.audio_time = kBase + 3600 * kSecond;
  play(ahead);
  ahead.send_seconds(*stream_, 9);
  const std::uint32_t last = *stream_->numbering().last_seq();
  stream_->resync_with_next();
  ahead.send_seconds(*stream_, 4);
  EXPECT_GT(records().back().start.count(), kBase + 3600 * kSecond);  // not yet

  Source right;
  container::StreamHead head;
  head.start_us = 1;  // another process
  stream_->begin_source(head);
  ASSERT_TRUE(stream_->set_tracks(right.tracks));
  right.send_seconds(*stream_, 9);
  ASSERT_EQ(records().size(), 2U);
  EXPECT_EQ(records()[0].start.count(), kBase);
  EXPECT_GT(records()[0].seq, last);
  EXPECT_EQ(records()[0].flags & segment::kDiscont, segment::kDiscont);
  EXPECT_EQ(records()[0].flags & segment::kClockUnsure, 0);
  for (const auto& record : records()) check(record);
}

TEST_F(LiveStreamTest, AFolderThatIsGoneEndsNothing) {
  Source source;
  play(source);
  source.send_seconds(*stream_, 2);
  fs::remove_all(folder_);
  source.send_seconds(*stream_, 10);
  EXPECT_GT(stream_->counters().dropped_frames, 0U);
  EXPECT_THAT(events_, testing::Contains("segment_lost"));
}

}  // namespace
}  // namespace flu::hub
