#include "libcommon/container/mp4/moof.h"

#include <gtest/gtest.h>

#include "libcommon/container/mp4/boxes.h"
#include "libcommon/container/mp4/limits.h"
#include "tests/support/flu_samples.h"

namespace flu::container {
namespace {

using media::Sap;
using media::Ticks;

Buffer payload_of(const std::vector<SampleEntry>& samples, const TrexDefaults* trex = nullptr) {
  Buffer bytes;
  ByteWriter out(bytes);
  write_traf(1, samples, trex, out);
  return bytes;
}

Result<Moof> parse(Bytes payload, std::size_t max_run = kMaxRunSamples) {
  Moof moof;
  FLU_TRY(parse_moof(payload, {nullptr, max_run, std::nullopt}, moof));
  return moof;
}

TEST(Moof, SampleFlagsKeepTheSapType) {
  for (const Sap sap : {Sap::kNone, Sap::kClosed, Sap::kOpen}) {
    EXPECT_EQ(sap_of(sample_flags(sap), true), sap);
  }
  EXPECT_EQ(sap_of(kFlagsSyncOpen, false), Sap::kClosed);
}

TEST(Moof, SaysOnceWhatIsEqual) {
  const auto at = [](int i) { return test::kBase + Ticks{3600} * i; };
  std::vector<SampleEntry> samples{test::entry(at(0), 9), test::entry(at(1), 9),
                                   test::entry(at(2), 9)};
  // traf 8, tfhd 16 + 12, tfdt 20, trun 20: duration, size and flags in the tfhd.
  EXPECT_EQ(payload_of(samples).size(), 76U);
  samples[1].sap = samples[2].sap = Sap::kNone;
  EXPECT_EQ(payload_of(samples).size(), 80U);  // first_sample_flags
  samples[2].size = 8;
  EXPECT_EQ(payload_of(samples).size(), 80U - 4 + 12);
}

TEST(Moof, WriteThenParseIsEqual) {
  const auto at = [](int i) { return test::kBase + Ticks{3600} * i; };
  const std::vector<SampleEntry> samples{
      test::entry(at(0), 9, Ticks{3600}, Sap::kOpen, Ticks{7200}),
      test::entry(at(1), 8, Ticks{3601}, Sap::kNone),
      test::entry(at(2), 7, Ticks{3600}, Sap::kClosed)};
  const auto moof = parse(payload_of(samples));
  ASSERT_TRUE(moof) << moof.error().message;
  ASSERT_EQ(moof->samples.size(), 3U);
  EXPECT_EQ(moof->trafs[0].decode_time, static_cast<std::uint64_t>(test::kBase.count()));
  for (std::size_t i = 0; i < 3; ++i) {
    EXPECT_EQ(moof->samples[i].size, samples[i].size);
    EXPECT_EQ(moof->samples[i].duration, samples[i].duration.count());
    EXPECT_EQ(moof->samples[i].cts, samples[i].cts.count());
    EXPECT_EQ(sap_of(moof->samples[i].flags, true), samples[i].sap);
  }
}

TEST(Moof, CutAtEveryLengthIsRefused) {
  const Buffer payload = payload_of({test::entry(test::kBase, 9), test::entry(test::kBase, 8)});
  for (std::size_t size = 8; size < payload.size(); ++size) {
    EXPECT_FALSE(parse(Bytes(payload).first(size))) << size;
  }
}

TEST(Moof, CountsAreBounded) {
  Buffer run = payload_of({test::entry(test::kBase, 9), test::entry(test::kBase, 9)});
  ByteWriter out(run);
  const std::size_t count = as_text(run).find("trun") + 8;
  for (const std::uint32_t samples : {100'001U, 0xFFFF'FFFFU}) {
    out.patch_u32(count, samples);
    EXPECT_EQ(parse(run).error().code, ErrorCode::kLimitExceeded);
  }
  out.patch_u32(count, 100'000);  // of 9 bytes each, all by default
  EXPECT_EQ(parse(run).value().samples.size(), 100'000U);
  append(run, payload_of({test::entry(test::kBase, 9)}));
  EXPECT_EQ(parse(run).error().code, ErrorCode::kLimitExceeded);
  out.patch_u32(count, 2);
  EXPECT_EQ(parse(run, 1).error().code, ErrorCode::kLimitExceeded);
  Buffer many;
  for (std::size_t i = 0; i < kMaxTrafs; ++i) {
    append(many, payload_of({test::entry(test::kBase, 9)}));
  }
  EXPECT_EQ(parse(many).value().trafs.size(), kMaxTrafs);
  append(many, payload_of({test::entry(test::kBase, 9)}));
  EXPECT_EQ(parse(many).error().code, ErrorCode::kLimitExceeded);
}

TEST(Moof, SizesAndPlacesAreBounded) {
  Buffer run = payload_of({test::entry(test::kBase, 9)});
  ByteWriter out(run);
  const std::size_t size = run.size() - 4;
  out.patch_u32(size, kMaxSampleBytes);
  EXPECT_TRUE(parse(run));
  out.patch_u32(size, kMaxSampleBytes + 1);
  EXPECT_FALSE(parse(run));
  out.patch_u32(size, 9);
  out.patch_u32(as_text(run).find("trun") + 12, 0x8000'0000);  // data_offset below zero
  EXPECT_FALSE(parse(run));
}

TEST(Moof, AskForDefaultsThatAreSaidNowhere) {
  const TrexDefaults trex{3600, kFlagsNonSync};
  const Buffer run = payload_of({test::entry(test::kBase, 9)}, &trex);
  EXPECT_FALSE(parse(run));
}

}  // namespace
}  // namespace flu::container
