#include "tools/segment/assembler.h"

#include <unistd.h>

#include <cstdlib>
#include <string>

#include <gmock/gmock.h>
#include <gtest/gtest.h>

namespace flu::hub {
namespace {

using media::Sap;
using media::Ticks;
using media::TrackKind;
using testing::ElementsAre;
using testing::IsEmpty;

constexpr std::uint32_t kVideo = 1;
constexpr std::uint32_t kAudio = 2;
constexpr std::uint32_t kSecondVideo = 3;
constexpr std::uint32_t kText = 4;

class AssemblerTest : public testing::Test {
 protected:
  void SetUp() override {
    std::string pattern = testing::TempDir() + "assembler.XXXXXX";
    ASSERT_NE(::mkdtemp(pattern.data()), nullptr);
    folder_ = pattern;
    use({{kVideo, TrackKind::kVideo}, {kAudio, TrackKind::kAudio}});
  }
  void TearDown() override {
    for (int i = 0; i < files_; ++i) ::unlink((folder_ + "/" + std::to_string(i)).c_str());
    ::rmdir(folder_.c_str());
  }

  void use(const std::vector<std::pair<std::uint32_t, TrackKind>>& list) {
    media::Tracks tracks;
    for (const auto& [id, kind] : list) {
      media::Track track;
      track.id = id;
      track.kind = kind;
      tracks.push_back(track);
    }
    assembler_.set_tracks(tracks);
  }

  void use_text() {
    media::Track picture;
    picture.id = kVideo;
    media::Track text;
    text.id = kText;
    text.kind = TrackKind::kSubtitle;
    text.codec = media::CodecId::kWebVtt;
    assembler_.set_tracks({picture, text});
  }

  void begin(std::int64_t time, std::uint32_t seq) {
    SegmentStart start;
    start.seq = seq;
    start.time = Ticks(time);
    assembler_.begin(start, *LogFile::create(folder_ + "/" + std::to_string(files_++), 1));
  }

  void video(std::int64_t dts, Sap sap = Sap::kNone, std::uint32_t track = kVideo) {
    add(track, dts, 3600, sap);
  }
  void audio(std::int64_t dts) { add(kAudio, dts, 1920, Sap::kClosed); }
  void add(std::uint32_t track, std::int64_t dts, std::uint32_t duration, Sap sap,
           std::int64_t cts = 0) {
    StoredSample sample = at(dts);
    sample.cts = Ticks(cts);
    sample.duration = duration;
    sample.sap = sap;
    assembler_.add(track, sample);
  }
  static StoredSample at(std::int64_t dts) {
    StoredSample sample;
    sample.dts = Ticks(dts);
    sample.size = 10;
    return sample;
  }

  static std::vector<std::int64_t> times(const SegmentTable& segment, std::uint32_t track) {
    std::vector<std::int64_t> out;
    for (const auto& sample : segment.find(track)->samples) out.push_back(sample.dts.count());
    return out;
  }

  std::string folder_;
  int files_ = 0;
  Assembler assembler_;
};

TEST_F(AssemblerTest, WaitsForTheAudioThatBelongsBeforeTheCut) {
  begin(0, 1);
  video(0, Sap::kClosed);
  audio(0);
  begin(3600, 2);
  video(3600, Sap::kClosed);
  EXPECT_FALSE(assembler_.take_complete());
  audio(1920);
  EXPECT_FALSE(assembler_.take_complete());
  audio(3840);
  const auto first = assembler_.take_complete();
  ASSERT_TRUE(first);
  EXPECT_THAT(times(*first, kAudio), ElementsAre(0, 1920));
  EXPECT_EQ(first->end, Ticks(3600));
  EXPECT_EQ(first->find(kVideo)->next_dts, Ticks(3600));
  EXPECT_EQ(first->find(kAudio)->next_dts, Ticks(3840));
  EXPECT_EQ(first->files.size(), 2U);
  EXPECT_EQ(first->find(kAudio)->samples[1].file, 1);  // it lies in the new log
  assembler_.end();
  const auto second = assembler_.take_complete();
  ASSERT_TRUE(second);
  EXPECT_THAT(times(*second, kAudio), ElementsAre(3840));
  EXPECT_FALSE(second->end);
}

TEST_F(AssemblerTest, MovesAudioThatCameTooEarlyBehindTheCut) {
  begin(0, 1);
  video(0, Sap::kClosed);
  for (std::int64_t dts = 0; dts < 6000; dts += 1920) audio(dts);
  begin(3600, 2);
  const auto early = assembler_.early();
  ASSERT_EQ(early.size(), 2U);
  EXPECT_EQ(early[0].first, kAudio);
  EXPECT_EQ(early[0].second->dts, Ticks(3840));
  assembler_.early_were_copied();
  video(3600, Sap::kClosed);
  const auto first = assembler_.take_complete();
  ASSERT_TRUE(first);
  EXPECT_THAT(times(*first, kAudio), ElementsAre(0, 1920));
  EXPECT_EQ(first->samples, 3U);
  EXPECT_EQ(first->bytes, 30U);
  assembler_.end();
  EXPECT_THAT(times(*assembler_.take_complete(), kAudio), ElementsAre(3840, 5760));
}

TEST_F(AssemblerTest, GoesOnWithoutAudioThatStaysAway) {
  begin(0, 1);
  video(0, Sap::kClosed);
  audio(0);
  audio(43'200);
  begin(90'000, 2);
  for (std::int64_t dts = 90'000; dts <= 133'200; dts += 3600) video(dts, Sap::kClosed);
  EXPECT_FALSE(assembler_.take_complete());
  video(136'800);
  EXPECT_TRUE(assembler_.take_complete());
  audio(88'320);  // too late for its own segment: in none
  audio(90'240);
  assembler_.end();
  EXPECT_THAT(times(*assembler_.take_complete(), kAudio), ElementsAre(90'240));
}

TEST_F(AssemblerTest, WaitsForAudioThatPausedForAMoment) {
  begin(0, 1);
  video(0, Sap::kClosed);
  audio(0);
  begin(3600, 2);
  video(3600, Sap::kClosed);
  audio(3840);
  begin(14'400, 3);
  video(14'400, Sap::kClosed);
  begin(18'000, 4);
  video(18'000, Sap::kClosed);
  audio(17'280);
  audio(19'200);
  assembler_.end();
  std::vector<std::vector<std::int64_t>> heard;
  while (const auto segment = assembler_.take_complete()) heard.push_back(times(*segment, kAudio));
  EXPECT_THAT(heard, ElementsAre(ElementsAre(0), ElementsAre(3840), ElementsAre(17'280),
                                 ElementsAre(19'200)));
}

TEST_F(AssemblerTest, KeepsAudioThatIsFarBehind) {
  begin(0, 1);
  video(0, Sap::kClosed);
  audio(0);
  begin(90'000, 2);
  for (std::int64_t dts = 90'000; dts <= 180'000; dts += 3600) video(dts, Sap::kClosed);
  EXPECT_TRUE(assembler_.take_complete());
  audio(1920);
  audio(3840);
  assembler_.end();
  EXPECT_THAT(times(*assembler_.take_complete(), kAudio), ElementsAre(1920, 3840));
}

TEST_F(AssemblerTest, KeepsPicturesOfSubtitlesThatComeBehindTheCut) {
  use({{kVideo, TrackKind::kVideo}, {kText, TrackKind::kSubtitle}});
  begin(0, 1);
  video(0, Sap::kClosed);
  add(kText, 0, 0, Sap::kClosed);
  begin(90'000, 2);
  video(90'000, Sap::kClosed);
  add(kText, 80'000, 0, Sap::kClosed);
  assembler_.end();
  EXPECT_TRUE(assembler_.take_complete());
  EXPECT_THAT(times(*assembler_.take_complete(), kText), ElementsAre(80'000));
}

TEST_F(AssemblerTest, WhatAnotherHubHadIsNotRepeated) {
  assembler_.begin_without_lead();
  begin(90'000, 2);
  video(90'000, Sap::kClosed);
  audio(88'080);
  audio(90'000);
  assembler_.end();
  EXPECT_THAT(times(*assembler_.take_complete(), kAudio), ElementsAre(90'000));
}

TEST_F(AssemblerTest, PicturesBehindTheirKeyFrameAreShownBeforeIt) {
  use({{kVideo, TrackKind::kVideo}, {kSecondVideo, TrackKind::kVideo}});
  begin(0, 1);
  video(0, Sap::kClosed);
  video(0, Sap::kClosed, kSecondVideo);
  begin(90'000, 2);
  for (std::int64_t dts = 90'000; dts <= 183'600; dts += 3600) video(dts, Sap::kClosed);
  EXPECT_TRUE(assembler_.take_complete());
  video(81'000, Sap::kNone, kSecondVideo);
  add(kSecondVideo, 84'000, 3600, Sap::kOpen, 7200);
  add(kSecondVideo, 87'600, 3600, Sap::kNone, 0);
  assembler_.end();
  EXPECT_THAT(times(*assembler_.take_complete(), kSecondVideo), ElementsAre(84'000, 87'600));
}

TEST_F(AssemblerTest, DoesNotWaitForATrackThatWasSilent) {
  begin(0, 1);
  video(0, Sap::kClosed);
  begin(3600, 2);
  video(3600, Sap::kClosed);
  EXPECT_TRUE(assembler_.take_complete());
}

TEST_F(AssemblerTest, LeavesOutWhatLiesBeforeTheStartOfAStream) {
  begin(100'000, 1);
  video(100'000, Sap::kClosed);
  audio(90'000);
  audio(98'080);
  audio(100'000);
  assembler_.end();
  EXPECT_THAT(times(*assembler_.take_complete(), kAudio), ElementsAre(98'080, 100'000));
  // Behind a break sound begins with the picture, where the segment before has ended.
  begin(200'000, 2);
  video(200'000, Sap::kClosed);
  audio(199'000);
  audio(200'920);
  assembler_.end();
  EXPECT_THAT(times(*assembler_.take_complete(), kAudio), ElementsAre(200'920));
}

TEST_F(AssemblerTest, LeavesOutWhatGoesBackInTime) {
  begin(0, 1);
  video(0, Sap::kClosed);
  video(3600);
  video(3600);
  video(1800);
  EXPECT_FALSE(assembler_.accepts(kVideo, at(3600)));
  EXPECT_FALSE(assembler_.accepts(9, at(9999)));
  assembler_.end();
  EXPECT_THAT(times(*assembler_.take_complete(), kVideo), ElementsAre(0, 3600));
}

TEST_F(AssemblerTest, CutsASecondVideoAtItsOwnKeyFrameOfTheSameTime) {
  use({{kVideo, TrackKind::kVideo}, {kSecondVideo, TrackKind::kVideo}});
  begin(0, 1);
  video(0, Sap::kClosed);
  video(0, Sap::kClosed, kSecondVideo);
  begin(3600, 2);
  video(3600, Sap::kClosed);
  video(3500, Sap::kClosed, kSecondVideo);  // within half a frame
  const auto first = assembler_.take_complete();
  ASSERT_TRUE(first);
  EXPECT_THAT(times(*first, kSecondVideo), ElementsAre(0));
  assembler_.end();
  EXPECT_EQ(assembler_.take_complete()->start.flags & segment::kUnaligned, 0);
}

TEST_F(AssemblerTest, MarksASecondVideoWithoutAKeyFrameAtTheCut) {
  use({{kVideo, TrackKind::kVideo}, {kSecondVideo, TrackKind::kVideo}});
  begin(0, 1);
  video(0, Sap::kClosed);
  video(0, Sap::kClosed, kSecondVideo);
  begin(3600, 2);
  video(3600, Sap::kClosed);
  video(3600, Sap::kNone, kSecondVideo);
  EXPECT_TRUE(assembler_.take_complete());
  assembler_.end();
  EXPECT_NE(assembler_.take_complete()->start.flags & segment::kUnaligned, 0);
}

TEST_F(AssemblerTest, ABreakClosesAtTheLastFrame) {
  begin(0, 1);
  video(0, Sap::kClosed);
  begin(3600, 2);
  video(3600, Sap::kClosed);
  assembler_.end();
  EXPECT_FALSE(assembler_.is_open());
  const auto first = assembler_.take_complete();
  const auto second = assembler_.take_complete();
  ASSERT_TRUE(first);
  ASSERT_TRUE(second);
  EXPECT_EQ(first->start.seq, 1U);
  EXPECT_EQ(second->start.seq, 2U);
  EXPECT_FALSE(second->end);
  EXPECT_FALSE(assembler_.take_complete());
}

TEST_F(AssemblerTest, RepeatsWhatTextShowsAtTheCut) {
  use_text();
  begin(0, 1);
  video(0, Sap::kClosed);
  add(kText, 1000, 9000, Sap::kClosed);
  begin(3600, 2);
  assembler_.early_were_copied();
  video(3600, Sap::kClosed);
  begin(7200, 3);
  assembler_.early_were_copied();
  video(7200, Sap::kClosed);
  add(kText, 10'000, 0, Sap::kClosed);
  begin(10'800, 4);
  assembler_.early_were_copied();
  video(10'800, Sap::kClosed);
  assembler_.end();
  std::vector<std::vector<std::int64_t>> shown;
  while (const auto segment = assembler_.take_complete()) {
    shown.emplace_back();
    for (const auto& sample : segment->find(kText)->samples) {
      shown.back().push_back(sample.dts.count());
    }
  }
  EXPECT_THAT(shown, ElementsAre(ElementsAre(1000), ElementsAre(1000), ElementsAre(1000, 10'000),
                                 IsEmpty()));
}

TEST_F(AssemblerTest, TakesTheCopyOfATextForWhatItIs) {
  use_text();
  begin(0, 1);
  video(0, Sap::kClosed);
  add(kText, 1000, 9000, Sap::kClosed);
  begin(3600, 2);
  ASSERT_EQ(assembler_.early().size(), 1U);
  EXPECT_EQ(assembler_.early()[0].second->dts, media::Timestamp(1000));
  // As a log that is repeated has it.
  EXPECT_FALSE(assembler_.accepts(kText, at(1000)));
}

TEST_F(AssemblerTest, ForgetsWhatWasNeverWritten) {
  begin(0, 1);
  video(0, Sap::kClosed);
  audio(0);
  begin(3600, 2);
  video(3600, Sap::kClosed);
  audio(1920);  // belongs to the first, but lies in the second log
  const auto log = assembler_.open_segment().files.front();
  EXPECT_EQ(assembler_.forget(*log, 0), 2U);
  assembler_.end();
  const auto first = assembler_.take_complete();
  ASSERT_TRUE(first);
  EXPECT_THAT(times(*first, kAudio), ElementsAre(0));
  EXPECT_EQ(first->bytes, 20U);
  EXPECT_FALSE(assembler_.take_complete());
}

TEST_F(AssemblerTest, ASegmentWithoutMainFramesIsNone) {
  begin(0, 1);
  assembler_.end();
  EXPECT_FALSE(assembler_.take_complete());
  EXPECT_THAT(assembler_.early(), IsEmpty());
}

}  // namespace
}  // namespace flu::hub
