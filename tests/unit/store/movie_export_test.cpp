#include "libcommon/store/movie_export.h"

#include <algorithm>
#include <filesystem>
#include <fstream>

#include <gmock/gmock.h>

#include "libcommon/container/mp4/boxes.h"
#include "libcommon/container/mp4/init.h"
#include "libcommon/container/mp4/segment_box.h"
#include "libcommon/store/archive_names.h"
#include "tests/support/flu_samples.h"
#include "tests/unit/store/archive_samples.h"

namespace flu::store {
namespace {

using container::SegmentTrack;
using media::Sap;
using media::Ticks;
using segment::TimeRange;

constexpr std::uint32_t kPicture = 50;
constexpr std::uint32_t kSound = 20;

media::Timestamp at(double seconds) {
  return segment::start_of(kSampleHour) + Ticks(static_cast<std::int64_t>(seconds * 90'000));
}

// The number-th segment of 4 s: 25 pictures a second, each second a key frame, and sound.
SampleSegment real_segment(unsigned number) {
  SampleSegment out = sample_segment(number);
  SegmentTrack video{1, {}, 0};
  for (int i = 0; i < 100; ++i) {
    video.samples.push_back(test::entry(out.record.start + Ticks(3600) * i, kPicture, Ticks(3600),
                                        i % 25 == 0 ? Sap::kClosed : Sap::kNone));
    video.bytes += kPicture;
  }
  SegmentTrack sound{2, {}, 0};
  for (int i = 0; i < 187; ++i) {
    sound.samples.push_back(test::entry(out.record.start + Ticks(1920) * i, kSound, Ticks(1920)));
    sound.bytes += kSound;
  }
  out.init = container::write_init({test::h264_track(1), test::aac_track(2)});
  auto header = container::write_segment_header(number, std::vector{video, sound}, {}, {});
  const Buffer media = test::pattern(100 * kPicture + 187 * kSound, number);
  out.bytes = header->bytes;
  append(out.bytes, media);
  out.record.size = static_cast<std::uint32_t>(out.bytes.size());
  out.record.moof_relative = static_cast<std::uint16_t>(header->moof_offset);
  out.record.moof_size = header->moof_size;
  out.record.data_crc = crc32c(media);
  out.record.init_hash = init_hash_of(sha256(out.init));
  return out;
}

class MovieExportTest : public ArchiveTest {
 protected:
  void record(std::initializer_list<unsigned> numbers) {
    ArchiveTest::record(numbers, real_segment);
  }
  Result<MovieExport> plan(const ExportWish& wish) {
    ArchiveReader reader = open_reader();
    return MovieExport::plan(reader, wish);
  }
  static ExportWish wish(double from, double to) {
    ExportWish out;
    out.range = {at(from), at(to)};
    return out;
  }
};

TEST_F(MovieExportTest, AnyPartIsThatOfTheWhole) {
  record({0, 1, 2});
  const auto movie = plan(wish(1, 9));
  ASSERT_TRUE(movie) << movie.error().message;
  EXPECT_EQ(movie->report().segments, 3U);
  EXPECT_EQ(movie->report().duration, Ticks(12 * 90'000));
  const auto whole = movie->read(0, 1'000'000);
  ASSERT_TRUE(whole);
  ASSERT_EQ(whole->size(), movie->size());
  Buffer media;
  for (const unsigned number : {0U, 1U, 2U}) {
    append(media, test::pattern(100 * kPicture + 187 * kSound, number));
  }
  EXPECT_EQ(Buffer(whole->end() - static_cast<std::ptrdiff_t>(media.size()), whole->end()), media);
  for (std::size_t offset = 0; offset < whole->size(); offset += 997) {
    const auto part = movie->read(offset, 1500);
    const std::size_t size = std::min<std::size_t>(1500, whole->size() - offset);
    const auto begin = whole->begin() + static_cast<std::ptrdiff_t>(offset);
    ASSERT_EQ(*part, Buffer(begin, begin + static_cast<std::ptrdiff_t>(size))) << offset;
  }
  EXPECT_TRUE(movie->read(movie->size(), 10)->empty());
}

TEST_F(MovieExportTest, APreciseOneBeginsWithTheKeyFrameBefore) {
  record({0, 1});
  ExportWish precise = wish(2.5, 5);
  precise.is_precise = true;
  const auto movie = plan(precise);
  ASSERT_TRUE(movie) << movie.error().message;
  EXPECT_EQ(movie->report().recorded, (TimeRange{at(2.52), at(5)}));
  EXPECT_EQ(movie->report().duration, Ticks(223'200));
  // From 2 s on 50 pictures and 25; of sound 1.5 s and 1 s, with the frames that reach in.
  const auto whole = movie->read(0, 1'000'000);
  const std::uint64_t pictures = 75;
  const std::uint64_t frames = 187 - 117 + 47;
  const auto head = whole->size() - (pictures * kPicture + frames * kSound);
  EXPECT_EQ(as_text(Bytes(*whole).subspan(head - 4, 4)), "mdat");
}

TEST_F(MovieExportTest, AHoleIsPassedOver) {
  record({0, 1, 10});
  const auto movie = plan(wish(0, 100));
  ASSERT_TRUE(movie);
  EXPECT_EQ(movie->report().holes, 1U);
  EXPECT_EQ(movie->report().duration, Ticks(12 * 90'000));
  EXPECT_EQ(movie->report().recorded, (TimeRange{at(0), at(44)}));
}

// A segment that reaches into the next hour is there once.
TEST_F(MovieExportTest, HoursFollowEachOther) {
  record({898, 899, 900, 901});
  for (const double from : {3592.0, 3599.5}) {
    const auto movie = plan(wish(from, 3605));
    ASSERT_TRUE(movie);
    EXPECT_EQ(movie->report().segments, from < 3596 ? 4U : 3U);
    EXPECT_EQ(movie->report().holes, 0U);
  }
}

TEST_F(MovieExportTest, ATimelapseIsOfKeyFrames) {
  record({0, 1});
  ExportWish fast = wish(0, 8);
  fast.timelapse = Ticks(0);
  const auto movie = plan(fast);
  ASSERT_TRUE(movie);
  EXPECT_EQ(movie->report().duration, Ticks(8 * 3600));
  fast.timelapse = Ticks(90'000);
  EXPECT_EQ(plan(fast)->report().duration, Ticks(90'000));
  fast.choose = [](const media::Tracks& tracks) { return media::Tracks{tracks[1]}; };
  EXPECT_EQ(plan(fast).error().code, ErrorCode::kUnsupported);
}

TEST_F(MovieExportTest, WhatCannotBeReadIsLeftOut) {
  record({0, 1, 2});
  {
    std::fstream blob(file(blob_file(kSampleHour, 0)),
                      std::ios::in | std::ios::out | std::ios::binary);
    const auto size = static_cast<std::streamoff>(real_segment(0).bytes.size());
    blob.seekp(static_cast<std::streamoff>(real_segment(0).init.size()) + size + 4);
    blob.write("XXXX", 4);  // moof
  }
  const auto movie = plan(wish(0, 100));
  ASSERT_TRUE(movie) << movie.error().message;
  EXPECT_EQ(movie->report().damaged, 1U);
  EXPECT_NE(movie->report().trouble, "");
  EXPECT_EQ(movie->report().segments, 2U);
  EXPECT_EQ(plan(wish(100, 200)).error().code, ErrorCode::kNotFound);
  ExportWish limited = wish(0, 100);
  limited.max_table_bytes = 1000;
  EXPECT_EQ(plan(limited).error().code, ErrorCode::kLimitExceeded);
}

// Cleaning takes nothing from who reads; a file that became shorter is told.
TEST_F(MovieExportTest, HoldsWhatItReads) {
  record({0, 1});
  const auto movie = plan(wish(0, 8));
  ASSERT_TRUE(movie);
  const auto before = movie->read(0, 1'000'000);
  const auto blob = file(blob_file(kSampleHour, 0));
  std::filesystem::rename(blob, folder_ / "moved");
  EXPECT_EQ(*movie->read(0, 1'000'000), *before);
  std::filesystem::resize_file(folder_ / "moved", 3000);
  EXPECT_EQ(movie->read(0, 1'000'000).error().code, ErrorCode::kMalformed);
}

}  // namespace
}  // namespace flu::store
