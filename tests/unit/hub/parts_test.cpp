#include "tools/segment/parts.h"

#include <gtest/gtest.h>

namespace flu::hub {
namespace {

using media::Sap;
using media::Ticks;

TEST(Parts, TargetIsTheSmallestWholeNumberOfFramesFromAThirdOfASecond) {
  const auto target_of = [](std::int64_t frame) {
    Parts parts;
    parts.begin(1, 1, 100);
    parts.add(Ticks(0), Ticks(frame), Sap::kClosed, 200);
    return parts.target().count();
  };
  EXPECT_EQ(target_of(3600), 32'400);  // 25 Hz: 9 frames
  EXPECT_EQ(target_of(3003), 30'030);  // 29.97 Hz: 10 frames
  EXPECT_EQ(target_of(1800), 30'600);  // 50 Hz: 17 frames
  EXPECT_EQ(target_of(90'000), 90'000);
}

TEST(Parts, CoverTheLogWithoutHoles) {
  Parts parts;
  parts.begin(7, 3, 1000);
  std::uint64_t end = 1000;
  for (int i = 0; i < 25; ++i) {
    end += 10;
    parts.add(Ticks(i * 3600), Ticks(3600), i == 0 ? Sap::kClosed : Sap::kNone, end);
  }
  parts.end(end);
  ASSERT_EQ(parts.current().size(), 3U);
  std::uint64_t at = 1000;
  for (const auto& part : parts.current()) {
    EXPECT_EQ(part.type, segment::RecordType::kPart);
    EXPECT_EQ(part.seq, 7U);
    EXPECT_EQ(part.offset, at);
    at += part.size;
  }
  EXPECT_EQ(at, end);
  EXPECT_EQ(parts.current()[0].sap, 1);
  EXPECT_EQ(parts.current()[1].sap, 0);
  EXPECT_EQ(parts.current()[0].duration, 32'400U);
  EXPECT_EQ(parts.current()[2].duration, 7U * 3600U);
  EXPECT_FALSE(parts.end(end));
}

}  // namespace
}  // namespace flu::hub
