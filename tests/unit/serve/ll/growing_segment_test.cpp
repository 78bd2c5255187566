#include "tools/serve/ll/growing_segment.h"

#include <gtest/gtest.h>

namespace flu::serve {
namespace {

using media::Sap;
using media::Ticks;
using media::Timestamp;

constexpr Timestamp kStart{std::int64_t{1'800'000'000} * 90'000};

media::Tracks tracks() {
  media::Tracks out(2);
  out[0].id = 1;
  out[0].kind = media::TrackKind::kAudio;
  out[0].codec = media::CodecId::kMp3;
  out[0].audio = {48'000, 2, 1152};
  out[1] = out[0];
  out[1].id = 2;
  return out;
}

class GrowingSegmentTest : public ::testing::Test {
 protected:
  GrowingSegmentTest() {
    writer_.start({}, tracks(), file_);
    container::FragmentInfo cut;
    cut.flags = container::kCut;
    cut.seq = 7;
    add(1, 0, &cut);
  }

  void add(std::uint32_t track, std::int64_t time, const container::FragmentInfo* info = nullptr) {
    const container::SampleEntry sample{kStart + Ticks(time), Ticks(0), Ticks(2160),
                                        Sap::kClosed,         0,        4};
    writer_.fragment_header(track, {&sample, 1}, info, nullptr, file_);
    positions_.push_back(file_.size());
    for (int i = 0; i < 4; ++i) file_.push_back(0x55);
  }

  static segment::IndexRecord part(std::uint16_t index, std::uint32_t seq = 7) {
    segment::IndexRecord record;
    record.type = segment::RecordType::kPart;
    record.seq = seq;
    record.start = kStart;
    record.duration = 30'240;
    record.blob = index;
    return record;
  }

  container::FluWriter writer_;
  Buffer file_;
  std::vector<std::size_t> positions_;
};

TEST_F(GrowingSegmentTest, KnowsWhereSamplesLie) {
  for (int i = 1; i < 16; ++i) add(1, 2160 * i);
  for (int i = 0; i < 16; ++i) add(2, 2160 * i);
  GrowingSegment growing(part(0));
  for (std::size_t at = 0; at < file_.size(); at += 100) {
    ASSERT_TRUE(
        growing.feed(Bytes(file_).subspan(at, std::min<std::size_t>(100, file_.size() - at))));
  }
  EXPECT_EQ(growing.fed(), file_.size());
  EXPECT_EQ(growing.told(), 0U);
  growing.tell(part(0));
  EXPECT_EQ(growing.told(), 1U);
  constexpr std::array<std::uint32_t, 1> kFirst{1};
  const auto layout = growing.parts().layout(0, kFirst, false);
  ASSERT_EQ(layout->data.size(), 14U);
  for (std::size_t i = 0; i < 14; ++i) EXPECT_EQ(layout->data[i].offset, positions_[i]);
}

TEST_F(GrowingSegmentTest, LeavesOutWhatComesLateOfTheSegmentBefore) {
  add(2, -4320);
  add(2, 0);
  GrowingSegment growing(part(0));
  ASSERT_TRUE(growing.feed(file_));
  constexpr std::array<std::uint32_t, 1> kSecond{2};
  const auto layout = growing.parts().layout(0, kSecond, false);
  ASSERT_EQ(layout->data.size(), 1U);
  EXPECT_EQ(layout->data[0].offset, positions_[2]);
}

TEST_F(GrowingSegmentTest, RefusesTheFileOfAnotherSegment) {
  GrowingSegment growing(part(0, 8));
  const auto done = growing.feed(file_);
  ASSERT_FALSE(done);
  EXPECT_EQ(done.error().code, ErrorCode::kNotFound);
}

TEST_F(GrowingSegmentTest, IsBrokenByNoPrefixOfAFile) {
  for (std::size_t size = 0; size < file_.size(); ++size) {
    GrowingSegment growing(part(0));
    EXPECT_TRUE(growing.feed(Bytes(file_).first(size)));
    growing.tell(part(0));
  }
}

}  // namespace
}  // namespace flu::serve
