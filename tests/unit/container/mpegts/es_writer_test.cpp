#include "libcommon/container/mpegts/es_writer.h"

#include <gtest/gtest.h>

#include "libcommon/container/mpegts/es_info.h"
#include "libcommon/container/mpegts/pes.h"
#include "libcommon/container/mpegts/ts_types.h"

namespace flu::container::mpegts {
namespace {

using media::CodecId;

media::Track track_of(CodecId codec) {
  media::Track track;
  track.id = 1;
  track.codec = codec;
  track.kind = media::kind_of(codec);
  if (track.kind == media::TrackKind::kAudio) track.audio = {48'000, 2, 1024};
  return track;
}

TEST(EsWriter, ThePmtEntryReadsAsTheTrack) {
  for (const CodecId codec :
       {CodecId::kH264, CodecId::kHevc, CodecId::kMpeg2Video, CodecId::kAac, CodecId::kMp2,
        CodecId::kAc3, CodecId::kEac3, CodecId::kOpus, CodecId::kDvbSubtitle, CodecId::kTeletext}) {
    media::Track track = track_of(codec);
    if (track.kind != media::TrackKind::kVideo) track.language = "deu";
    if (track.kind == media::TrackKind::kAudio) track.audio_type = 2;
    track.is_hearing_impaired = track.kind == media::TrackKind::kSubtitle;
    const auto info = describe_stream(stream_of_track(track, 0x101), {});
    ASSERT_TRUE(info) << to_string(codec);
    EXPECT_EQ(info->codec, codec);
    EXPECT_EQ(info->pid, 0x101);
    EXPECT_EQ(info->language, track.language) << to_string(codec);
    EXPECT_EQ(info->audio_type, track.audio_type);
    EXPECT_EQ(info->is_hearing_impaired, track.is_hearing_impaired) << to_string(codec);
  }
}

TEST(EsWriter, Mp3IsNamedAsMpegAudioOfItsRate) {
  media::Track track = track_of(CodecId::kMp3);
  EXPECT_EQ(stream_of_track(track, 0x101).stream_type, 0x03);
  track.audio.sample_rate = 24'000;
  EXPECT_EQ(stream_of_track(track, 0x101).stream_type, 0x04);
}

TEST(EsWriter, TheSubtitleDescriptorOfTheSourceIsKept) {
  media::Track track = track_of(CodecId::kTeletext);
  track.config = {'f', 'r', 'a', 0x10, 0x88, 'd', 'e', 'u', 0x28, 0x89};
  EXPECT_EQ(describe_stream(stream_of_track(track, 0x101), {})->config, track.config);
}

TEST(EsWriter, PesHeaderReadsBack) {
  for (const std::int64_t dts : {std::int64_t{0}, (std::int64_t{1} << 33) - 1,
                                 std::int64_t{158'741'550'000'000}, std::int64_t{-90'000}}) {
    for (const std::int64_t cts : {0, 3600, 90'000}) {
      Buffer out;
      append_pes_header(track_of(CodecId::kH264), media::Timestamp{dts}, media::Ticks{cts}, out);
      const auto header = parse_pes_header(out);
      ASSERT_TRUE(header && *header);
      EXPECT_EQ((*header)->size, out.size());
      EXPECT_EQ((*header)->stream_id, 0xE0);
      EXPECT_EQ((*header)->times.pts, static_cast<std::uint64_t>(dts + cts) & kTimestampMask);
      EXPECT_EQ((*header)->times.dts.has_value(), cts != 0);
      if (cts != 0) {
        EXPECT_EQ((*header)->times.dts, static_cast<std::uint64_t>(dts) & kTimestampMask);
      }
    }
  }
}

TEST(EsWriter, TeletextHeadersAre36Bytes) {
  Buffer out;
  append_pes_header(track_of(CodecId::kTeletext), media::Timestamp{90'000}, media::Ticks{0}, out);
  EXPECT_EQ(out.size(), 9U + 0x24);
  EXPECT_EQ(out[8], 0x24);
  EXPECT_TRUE(parse_pes_header(out)->has_value());
}

TEST(EsWriter, PesLengthAtItsBounds) {
  const media::Track audio = track_of(CodecId::kMp2);
  Pieces pieces;
  Buffer& pes = pieces.own();
  append_pes_header(audio, media::Timestamp{0}, media::Ticks{0}, pes);
  pes.resize(6 + 65'535);
  ASSERT_TRUE(set_pes_length(audio, false, pieces));
  EXPECT_EQ(pes[4], 0xFF);
  EXPECT_EQ(pes[5], 0xFF);
  pes.push_back(0);
  EXPECT_FALSE(set_pes_length(audio, false, pieces));
  pes[4] = pes[5] = 0;
  EXPECT_TRUE(set_pes_length(track_of(CodecId::kH264), false, pieces));
  EXPECT_EQ(pes[4], 0);
  EXPECT_EQ(pes[5], 0);
}

TEST(EsWriter, OpusControlHeader) {
  const media::Track track = track_of(CodecId::kOpus);
  Pieces pieces;
  const Buffer& out = pieces.own();
  ASSERT_TRUE(append_es(track, Buffer(254, 1), true, pieces));
  EXPECT_EQ(Buffer(out.begin(), out.begin() + 3), (Buffer{0x7F, 0xE0, 254}));
  pieces.clear();
  ASSERT_TRUE(append_es(track, Buffer(255, 1), true, pieces));
  EXPECT_EQ(Buffer(out.begin(), out.begin() + 4), (Buffer{0x7F, 0xE0, 255, 0}));
}

}  // namespace
}  // namespace flu::container::mpegts
