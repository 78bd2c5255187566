#include "libcommon/store/segment_check.h"

#include "tests/unit/store/archive_samples.h"

namespace flu::store {
namespace {

TEST(SegmentCheck, AWholeSegmentPasses) {
  const SampleSegment sample = sample_segment(3);
  EXPECT_TRUE(check_segment(sample.record, sample.bytes));
}

TEST(SegmentCheck, EveryChangedByteOfTheMediaIsFound) {
  SampleSegment sample = sample_segment(3);
  for (std::size_t i = 32; i < sample.bytes.size(); ++i) {
    sample.bytes[i] ^= 0x10;
    EXPECT_FALSE(check_segment(sample.record, sample.bytes)) << i;
    sample.bytes[i] ^= 0x10;
  }
}

TEST(SegmentCheck, CutAtEveryLengthItIsRefused) {
  SampleSegment sample = sample_segment(3);
  for (std::size_t size = 0; size < sample.bytes.size(); ++size) {
    sample.record.size = static_cast<std::uint32_t>(size);
    EXPECT_FALSE(check_segment(sample.record, Bytes(sample.bytes).first(size))) << size;
  }
}

TEST(SegmentCheck, BoxesMustBeWhereTheRecordSays) {
  SampleSegment sample = sample_segment(3);
  sample.record.moof_size = 25;
  EXPECT_FALSE(check_segment(sample.record, sample.bytes));
  sample.record.moof_size = 24;
  sample.record.moof_relative = 1;
  EXPECT_FALSE(check_segment(sample.record, sample.bytes));
  sample.record.moof_relative = 60'000;
  EXPECT_FALSE(check_segment(sample.record, sample.bytes));
}

}  // namespace
}  // namespace flu::store
