#include "libcommon/container/mp4/movie_file.h"

#include <string_view>

#include <gmock/gmock.h>
#include <gtest/gtest.h>

#include "libcommon/container/mp4/boxes.h"
#include "libcommon/container/mp4/init.h"
#include "tests/support/flu_samples.h"

namespace flu::container {
namespace {

using media::Sap;
using media::Ticks;
using ::testing::ElementsAre;
using ::testing::ElementsAreArray;
using ::testing::IsEmpty;

// The 32-bit numbers behind version and flags of each box of that name; with their version first.
std::vector<std::vector<std::uint32_t>> tables(Bytes file, std::string_view type) {
  std::vector<std::vector<std::uint32_t>> out;
  const std::string_view text = as_text(file);
  for (std::size_t at = text.find(type); at != std::string_view::npos;
       at = text.find(type, at + 1)) {
    ByteReader size_reader(file.subspan(at - 4));
    const std::uint32_t size = *size_reader.u32();
    ByteReader reader(file.subspan(at + 4, size - 8));
    std::vector<std::uint32_t>& table = out.emplace_back();
    table.push_back(*reader.u8());
    EXPECT_TRUE(reader.skip(3));
    while (reader.remaining() >= 4) table.push_back(*reader.u32());
  }
  return out;
}

std::vector<std::uint32_t> table(Bytes file, std::string_view type) {
  const auto all = tables(file, type);
  return all.empty() ? std::vector<std::uint32_t>{} : all.front();
}

std::vector<SampleEntry> video(std::int64_t from, int count, std::uint32_t size = 100) {
  std::vector<SampleEntry> samples;
  for (int i = 0; i < count; ++i) {
    samples.push_back(test::entry(Ticks(from + 3600 * i), size, Ticks(3600),
                                  i % 4 == 0 ? Sap::kClosed : Sap::kNone, Ticks(7200)));
  }
  return samples;
}

// What is decoded before the movie begins is not shown: the edit leads to where it does.
TEST(MovieFile, AnEditSkipsWhatIsOnlyDecoded) {
  MovieFile movie;
  movie.add(test::h264_track(), video(-14'400, 10), 0);  // shown from -7200 on
  const Buffer head = movie.head(Ticks(21'600), 1000, {});
  EXPECT_THAT(table(head, "elst"), ElementsAre(0, 1, 21'600, 14'400, 0x1'0000));
  EXPECT_THAT(table(head, "stts"), ElementsAre(0, 1, 10, 3600));
  EXPECT_THAT(table(head, "ctts"), ElementsAre(0, 1, 10, 7200));
  EXPECT_THAT(table(head, "stss"), ElementsAre(0, 3, 1, 5, 9));
  EXPECT_EQ(table(head, "stsz")[2], 10U);
  EXPECT_THAT(table(head, "stsc"), ElementsAre(0, 1, 1, 10, 1));
  EXPECT_THAT(table(head, "stco"), ElementsAre(0, 1, head.size()));
  EXPECT_EQ(table(head, "mvhd")[4], 21'600U);
}

// A track that begins later is told by an edit without media.
TEST(MovieFile, ATrackMayBeginLater) {
  MovieFile movie;
  movie.add(test::h264_track(), video(-7200, 4), 0);
  const std::vector<SampleEntry> sound{test::entry(Ticks(9000), 10, Ticks(1920))};
  movie.add(test::aac_track(), sound, 400);
  const Buffer head = movie.head(Ticks(14'400), 410, {});
  const auto edits = tables(head, "elst");
  ASSERT_EQ(edits.size(), 2U);
  EXPECT_THAT(edits[0], ElementsAre(0, 1, 14'400, 7200, 0x1'0000));
  EXPECT_THAT(edits[1], ElementsAre(0, 2, 9000, 0xFFFF'FFFF, 0x1'0000, 1920, 0, 0x1'0000));
  EXPECT_THAT(tables(head, "stco")[1], ElementsAre(0, 1, head.size() + 400));
}

// Sound that begins in the middle of a frame begins with the next one, as much later.
TEST(MovieFile, SoundBeginsWithAFrame) {
  std::vector<SampleEntry> sound;
  for (std::int64_t i = 0; i < 4; ++i) {
    sound.push_back(test::entry(Ticks(-2000 + i * 1920), 10, Ticks(1920)));
  }
  MovieFile movie;
  movie.add(test::aac_track(), sound, 0);
  const Buffer head = movie.head(Ticks(5680), 40, {});
  EXPECT_THAT(table(head, "elst"),
              ElementsAre(0, 2, 1840, 0xFFFF'FFFF, 0x1'0000, 3840, 2048, 0x1'0000));
}

// 1024 samples of 44.1 kHz are no whole number of ticks: frames keep their length even so, and
// follow the clock.
TEST(MovieFile, SoundKeepsItsFrames) {
  const media::Track track = test::audio_track(2, media::CodecId::kAac, {0x12, 0x10}, 44'100, 1024);
  std::vector<SampleEntry> samples;
  for (std::int64_t i = 0; i < 5000; ++i) {
    const std::int64_t hole = i >= 3000 ? 90'000 : 0;
    samples.push_back(test::entry(Ticks(i * 1024 * 90'000 / 44'100 + hole), 10, Ticks(2089)));
  }
  MovieFile movie;
  movie.add(track, samples, 0);
  const Buffer head = movie.head(Ticks(99'000'000), 50'000, {});
  EXPECT_THAT(table(head, "stts"), ElementsAre(0, 3, 2999, 1024, 1, 1024 + 44'100, 2000, 1024));
  EXPECT_THAT(table(head, "ctts"), IsEmpty());
  EXPECT_THAT(table(head, "stss"), IsEmpty());  // all of them are
}

TEST(MovieFile, TimesThatDoNotGrowAreMadeTo) {
  std::vector<SampleEntry> samples = video(0, 3);
  samples[1].dts = Ticks(-5000);
  samples[2].dts = Ticks(-5000);
  MovieFile movie;
  movie.add(test::h264_track(), samples, 0);
  EXPECT_THAT(table(movie.head(Ticks(9000), 300, {}), "stts"), ElementsAre(0, 2, 2, 1, 1, 3600));
}

TEST(MovieFile, FarTimesAreCutOff) {
  media::Track odd = test::aac_track();
  odd.audio.sample_rate = 0xFFFF'FFFF;
  for (const media::Track& track : {test::h264_track(), test::aac_track(), odd}) {
    std::vector<SampleEntry> samples = video(0, 3);
    samples[1].dts = media::kMaxUtc;
    samples[2].dts = -media::kMaxUtc;
    MovieFile movie;
    movie.add(track, samples, 0);
    const auto durations = table(movie.head(Ticks(9000), 300, {}), "stts");
    ASSERT_EQ(durations.size(), 8U);
    EXPECT_EQ(durations[3], 0xFFFF'FFFF);
    EXPECT_EQ(durations[5], 1U);
  }
}

// Another picture size in the middle: another sample entry of the same track.
TEST(MovieFile, EachChunkNamesItsSampleEntry) {
  media::Track other = test::h264_track();
  other.config.back() = 1;
  MovieFile movie;
  movie.add(test::h264_track(), video(0, 2), 0);
  movie.add(test::h264_track(), video(7200, 2), 200);
  movie.add(other, video(14'400, 2), 400);
  movie.add(test::h264_track(), video(21'600, 1), 600);
  const Buffer head = movie.head(Ticks(28'800), 700, {});
  EXPECT_THAT(table(head, "stsc"), ElementsAre(0, 3, 1, 2, 1, 3, 2, 2, 4, 1, 1));
  EXPECT_EQ(table(head, "stsd")[1], 2U);
  const auto base = static_cast<std::uint32_t>(head.size());
  EXPECT_THAT(table(head, "stco"), ElementsAre(0, 4, base, base + 200, base + 400, base + 600));
}

TEST(MovieFile, LongMoviesHaveLongNumbers) {
  MovieFile movie;
  constexpr std::int64_t kDay = std::int64_t{86'400} * 90'000;
  movie.add(test::h264_track(), video(0, 1), 0);
  movie.add(test::h264_track(), video(kDay / 2, 1), std::uint64_t{5} << 30);
  movie.add(test::h264_track(), video(kDay, 1), std::uint64_t{6} << 30);
  const std::uint64_t media = (std::uint64_t{6} << 30) + 100;
  const Buffer head = movie.head(Ticks(kDay), media, {});
  EXPECT_THAT(table(head, "stco"), IsEmpty());
  EXPECT_THAT(table(head, "co64"), ElementsAre(0, 3, 0, head.size(), 1, 0x4000'0000 + head.size(),
                                               1, 0x8000'0000 + head.size()));
  EXPECT_EQ(table(head, "mvhd")[0], 1U);
  EXPECT_EQ(table(head, "tkhd")[0], 1U);
  EXPECT_EQ(table(head, "elst")[0], 1U);
  ByteReader end(Bytes(head).last(16));
  EXPECT_EQ(*end.u32(), 1U);
  EXPECT_TRUE(end.skip(4));
  EXPECT_EQ(*end.u64(), media + 16);
}

TEST(MovieFile, SaysWhatItIs) {
  MovieFile movie;
  movie.add(test::h264_track(), video(0, 1), 0);
  MovieTexts texts{"cams/1", "2026-11-24T08:00:00Z", "opaque",
                   WallTime(std::chrono::seconds(1'000'000'000))};
  const Buffer head = movie.head(Ticks(3600), 100, texts);
  EXPECT_NE(as_text(head).find("opaque"), std::string_view::npos);
  EXPECT_EQ(table(head, "mvhd")[1], 1'000'000'000U + 2'082'844'800U);
  EXPECT_EQ(as_text(movie.head(Ticks(3600), 100, {})).find("udta"), std::string_view::npos);
}

// What stands for itself: a table that leads to the picture, and no fragments to wait for.
TEST(MovieFile, AStillLeadsToItsPicture) {
  const Buffer picture = test::pattern(777, 5);
  const Buffer still = write_still(test::h264_track(7), picture, media::Ticks{90'000});
  const auto parsed = parse_init(still);
  ASSERT_TRUE(parsed) << parsed.error().message;
  ASSERT_EQ(parsed->size(), 1U);
  EXPECT_EQ(parsed->front().config, test::h264_track().config);
  const std::string_view text = as_text(still);
  EXPECT_EQ(text.find("mvex"), std::string_view::npos);
  EXPECT_EQ(text.find("uuid"), std::string_view::npos);
  const auto number = [&](std::string_view box, std::size_t at) {
    std::uint32_t value = 0;
    for (std::size_t i = 0; i < 4; ++i) value = value << 8 | still.at(text.find(box) + at + i);
    return value;
  };
  EXPECT_EQ(number("stsz", 12), 1U);  // behind version and sample_size
  EXPECT_EQ(number("stsz", 16), 777U);
  EXPECT_EQ(number("mdhd", 20), 90'000U);
  EXPECT_EQ(number("stco", 12), still.size() - picture.size());
  EXPECT_EQ(Buffer(still.end() - 777, still.end()), picture);
}

}  // namespace
}  // namespace flu::container
