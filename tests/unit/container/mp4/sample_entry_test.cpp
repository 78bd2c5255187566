#include "libcommon/container/mp4/sample_entry.h"

#include <gtest/gtest.h>

#include "libcommon/container/mp4/esds.h"
#include "tests/support/flu_samples.h"

namespace flu::container {
namespace {

Buffer entry_of(const media::Track& track) {
  Buffer bytes;
  ByteWriter out(bytes);
  write_sample_entry(track, out);
  return bytes;
}

Result<ParsedEntry> parse(const Buffer& entry, media::Track& track) {
  ByteReader reader(entry);
  return parse_sample_entry(**next_box(reader), track);
}

TEST(SampleEntry, HasTheEntryTypesOfTheTable) {
  const std::vector<std::string> types{"avc1", "hvc1", "mp4v", "mp4a", "mp4a", "mp4a", ".mp2",
                                       "ac-3", "ec-3", "Opus", "mp4a", "dvbs", "dvbt"};
  const media::Tracks tracks = test::every_track();
  ASSERT_EQ(types.size(), tracks.size());
  for (std::size_t i = 0; i < types.size(); ++i) {
    EXPECT_EQ(as_text(Bytes(entry_of(tracks[i])).subspan(4, 4)), types[i]);
  }
}

TEST(SampleEntry, ReadsTheForeignSpellings) {
  for (const auto& [index, type, codec] :
       {std::tuple{0, "avc3", media::CodecId::kH264}, std::tuple{1, "hev1", media::CodecId::kHevc},
        std::tuple{6, ".mp3", media::CodecId::kMp3}}) {
    Buffer entry = entry_of(test::every_track()[static_cast<std::size_t>(index)]);
    std::copy_n(type, 4, entry.begin() + 4);
    media::Track track;
    const auto parsed = parse(entry, track);
    ASSERT_TRUE(parsed) << type;
    EXPECT_TRUE(parsed->is_supported) << type;
    EXPECT_EQ(track.codec, codec) << type;
  }
}

TEST(SampleEntry, ReadsQuickTimeSoundDescriptions) {
  Buffer esds;
  ByteWriter esds_out(esds);
  write_esds({kObjectAac, kStreamAudio, test::aac_track().config}, esds_out);
  Buffer entry;
  ByteWriter out(entry);
  {
    const BoxScope box(out, four_cc("mp4a"));
    out.zeros(6);
    out.u16(1);
    out.u16(1);  // version 1
    out.zeros(6);
    out.u16(2);
    out.u16(16);
    out.zeros(4);
    out.u32(44'100U << 16);
    out.zeros(16);
    const BoxScope wave(out, four_cc("wave"));
    out.bytes(esds);
  }
  media::Track track;
  ASSERT_TRUE(parse(entry, track).value().is_supported);
  EXPECT_EQ(track.config, test::aac_track().config);
  EXPECT_EQ(track.audio.sample_rate, 44'100U);
  EXPECT_EQ(track.audio.channels, 2U);
}

TEST(SampleEntry, LeavesOtherObjectTypesOut) {
  Buffer entry = entry_of(test::aac_track());
  const std::size_t object = as_text(entry).find("esds") + 4 + 4 + 5 + 3 + 5;
  ASSERT_EQ(entry[object], kObjectAac);
  entry[object] = 0xDD;  // Vorbis
  media::Track track;
  EXPECT_FALSE(parse(entry, track).value().is_supported);
  entry[object] = kObjectMpeg1Audio;
  const auto parsed = parse(entry, track);
  EXPECT_TRUE(parsed->is_supported && parsed->may_be_mp2);
  EXPECT_EQ(track.codec, media::CodecId::kMp3);
}

TEST(SampleEntry, CutAtEveryLengthIsRefusedOrUnsupported) {
  for (const media::Track& original : test::every_track()) {
    const Buffer entry = entry_of(original);
    for (std::size_t size = 8; size < entry.size(); ++size) {
      media::Track track;
      const Bytes payload = Bytes(entry).subspan(8, size - 8);
      const FourCc type = ByteReader(Bytes(entry).subspan(4, 4)).u32().value();
      static_cast<void>(parse_sample_entry({type, payload}, track));
    }
  }
}

}  // namespace
}  // namespace flu::container
