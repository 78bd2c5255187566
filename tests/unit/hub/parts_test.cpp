#include "tools/segment/parts.h"

#include <gtest/gtest.h>

namespace flu::hub {
namespace {

using media::Sap;
using media::Ticks;
using media::Timestamp;

constexpr std::uint32_t kVideo = 1;
constexpr std::uint32_t kAudio = 2;
constexpr std::int64_t kBase = std::int64_t{1'800'000'000} * 90'000;

media::Tracks tracks() {
  media::Tracks out(2);
  out[0].id = kVideo;
  out[0].kind = media::TrackKind::kVideo;
  out[1].id = kAudio;
  out[1].kind = media::TrackKind::kAudio;
  return out;
}

class PartsTest : public ::testing::Test {
 protected:
  PartsTest() { parts_.set_tracks(tracks(), kVideo); }

  static container::SampleEntry sample(std::int64_t time, std::int64_t duration, Sap sap) {
    return {Timestamp(kBase + time), Ticks(0), Ticks(duration), sap, 0, 10};
  }
  void begin(std::int64_t time, std::int64_t duration = 3600) {
    SegmentStart start;
    start.seq = 7;
    start.disc_seq = 3;
    start.init_hash = 0x1234;
    start.time = Timestamp(kBase + time);
    const auto entry = sample(time, duration, Sap::kClosed);
    hub::Run run;
    run.track_id = kVideo;
    run.samples = {&entry, 1};
    end_ = 1000;
    parts_.begin(start, run, end_);
    end_ += 10;
  }
  void add(std::uint32_t track, std::int64_t time, Sap sap = Sap::kNone) {
    const auto entry = sample(time, 3600, sap);
    hub::Run run;
    run.track_id = track;
    run.samples = {&entry, 1};
    parts_.add(run);
    end_ += 10;
  }
  void add_shown(std::int64_t time, std::int64_t shown) {
    auto entry = sample(time, 3600, Sap::kNone);
    entry.cts = Ticks(shown - time);
    hub::Run run;
    run.track_id = kVideo;
    run.samples = {&entry, 1};
    parts_.add(run);
    end_ += 10;
  }
  std::optional<segment::IndexRecord> take() { return parts_.take(end_); }

  Parts parts_;
  std::uint64_t end_ = 0;
};

TEST_F(PartsTest, ArePublishedWhenAllTracksHaveGoneOnBehindThem) {
  begin(0);
  for (int i = 1; i < 9; ++i) add(kVideo, 3600 * i);
  add(kAudio, 31'000);
  EXPECT_FALSE(take());
  add(kVideo, 32'400);
  EXPECT_FALSE(take()) << "sound of the part may come";
  add(kAudio, 33'000);
  const auto part = take();
  ASSERT_TRUE(part);
  EXPECT_EQ(part->type, segment::RecordType::kPart);
  EXPECT_EQ(part->seq, 7U);
  EXPECT_EQ(part->blob, 0U);
  EXPECT_EQ(part->start, Timestamp(kBase));
  EXPECT_EQ(part->duration, 32'400U);
  EXPECT_EQ(part->init_hash, 0x1234U);
  EXPECT_EQ(part->sap, 1);
  EXPECT_EQ(part->offset, 1000U);
  EXPECT_EQ(part->offset + part->size, end_);
  EXPECT_FALSE(take());
}

TEST_F(PartsTest, CoverTheLogWithoutHoles) {
  begin(0);
  std::uint64_t at = 1000;
  std::size_t count = 0;
  for (int i = 1; i < 50; ++i) {
    add(kVideo, 3600 * i, i == 20 ? Sap::kClosed : Sap::kNone);
    add(kAudio, 3600 * i + 100);
    while (const auto part = take()) {
      EXPECT_EQ(part->offset, at);
      at += part->size;
      EXPECT_EQ(part->blob, count);
      ++count;
    }
  }
  EXPECT_EQ(count, 5U);
  EXPECT_EQ(parts_.current().size(), 5U);
  EXPECT_EQ(parts_.current()[1].sap, 0);
}

TEST_F(PartsTest, SilenceOfATrackIsWaitedForOnce) {
  begin(0);
  add(kAudio, 3600);
  for (int i = 1; i <= 25; ++i) add(kVideo, 3600 * i);
  EXPECT_FALSE(take());
  for (int i = 26; i <= 28; ++i) add(kVideo, 3600 * i);
  EXPECT_TRUE(take());
  EXPECT_TRUE(take());
  begin(29 * 3600);
  for (int i = 30; i <= 38; ++i) add(kVideo, 3600 * i);
  EXPECT_TRUE(take()) << "no longer";
}

TEST_F(PartsTest, AFrameThatLastsLongLeavesPartsWithoutAPicture) {
  begin(0);
  add(kVideo, 3 * 32'400 + 5);
  add(kAudio, 4 * 32'400);
  for (int i = 0; i < 3; ++i) {
    const auto part = take();
    ASSERT_TRUE(part) << i;
    EXPECT_EQ(part->sap, i == 0 ? 1 : 0);
  }
  EXPECT_FALSE(take());
}

TEST_F(PartsTest, WaitForTheOrderOfPresentation) {
  parts_.set_tracks({tracks().front()}, kVideo);
  begin(0);
  // A part of nine pictures; the last of them and the first of the next are decoded behind a later
  // one.
  for (int i = 1; i < 8; ++i) add_shown(3600 * i - 7200, 3600 * i);
  add_shown(8 * 3600 - 7200, 10 * 3600);
  add_shown(9 * 3600 - 7200, 8 * 3600);
  EXPECT_FALSE(take());
  add_shown(10 * 3600 - 7200, 9 * 3600);
  EXPECT_FALSE(take());
  add_shown(11 * 3600 - 7200, 11 * 3600);
  EXPECT_TRUE(take());
  EXPECT_FALSE(take());
}

TEST_F(PartsTest, TargetStaysAsItWasFixed) {
  begin(0, 3003);
  EXPECT_EQ(parts_.target(), Ticks(30'030));
  begin(90'000, 1800);
  EXPECT_EQ(parts_.target(), Ticks(30'030));
  Parts successor;
  successor.set_target(Ticks(32'400));
  EXPECT_EQ(successor.target(), Ticks(32'400));
}

TEST_F(PartsTest, OnlyTheFirstSegmentOfAStreamMayHaveEarlierSound) {
  begin(0);
  add(kVideo, 32'400);
  add(kAudio, 32'400);
  EXPECT_EQ(take()->key_relative, 9000U);
  begin(90'000);
  add(kVideo, 90'000 + 32'400);
  add(kAudio, 90'000 + 32'400);
  EXPECT_EQ(take()->key_relative, 0U);
}

}  // namespace
}  // namespace flu::hub
