#include "libcommon/container/mpegts/es_info.h"

#include <gtest/gtest.h>

namespace flu::container::mpegts {
namespace {

using media::CodecId;

std::optional<EsInfo> describe(std::uint8_t type, Buffer descriptors = {},
                               const Buffer& program = {}) {
  return describe_stream({type, 0x101, std::move(descriptors)}, program);
}

std::optional<CodecId> codec(std::uint8_t type, Buffer descriptors = {}) {
  const auto info = describe(type, std::move(descriptors));
  return info && !info->is_scte35 ? std::optional(info->codec) : std::nullopt;
}

TEST(EsInfo, StreamTypes) {
  EXPECT_EQ(codec(0x01), CodecId::kMpeg2Video);
  EXPECT_EQ(codec(0x02), CodecId::kMpeg2Video);
  EXPECT_EQ(codec(0x03), CodecId::kMp2);
  EXPECT_EQ(codec(0x04), CodecId::kMp2);
  EXPECT_EQ(codec(0x0F), CodecId::kAac);
  EXPECT_EQ(codec(0x11), CodecId::kAac);
  EXPECT_EQ(describe(0x11)->aac, codec::AacTransport::kLatm);
  EXPECT_EQ(codec(0x1B), CodecId::kH264);
  EXPECT_EQ(codec(0x24), CodecId::kHevc);
  EXPECT_EQ(codec(0x81), CodecId::kAc3);
  EXPECT_EQ(codec(0x87), CodecId::kEac3);
  EXPECT_EQ(codec(0x05), std::nullopt);
  EXPECT_EQ(codec(0x06), std::nullopt);
  EXPECT_EQ(codec(0x10), std::nullopt);
}

TEST(EsInfo, PrivateStreams) {
  EXPECT_EQ(codec(6, {0x6A, 1, 0}), CodecId::kAc3);
  EXPECT_EQ(codec(6, {0x7A, 1, 0}), CodecId::kEac3);
  EXPECT_EQ(codec(6, {0x05, 4, 'A', 'C', '-', '3'}), CodecId::kAc3);
  EXPECT_EQ(codec(6, {0x05, 4, 'E', 'A', 'C', '3'}), CodecId::kEac3);
  EXPECT_EQ(codec(6, {0x05, 4, 'H', 'E', 'V', 'C'}), CodecId::kHevc);
  EXPECT_EQ(codec(6, {0x05, 4, 'x', 'x', 'x', 'x'}), std::nullopt);
  EXPECT_EQ(codec(6, {0x05, 3, 'A', 'C', '-'}), std::nullopt);
  const auto opus = describe(6, {0x05, 4, 'O', 'p', 'u', 's', 0x7F, 2, 0x80, 2});
  ASSERT_TRUE(opus);
  EXPECT_EQ(opus->codec, CodecId::kOpus);
  EXPECT_EQ(opus->config, (Buffer{0x80, 2}));
}

TEST(EsInfo, Scte35ButNotBluRaysDts) {
  ASSERT_TRUE(describe(0x86));
  EXPECT_TRUE(describe(0x86)->is_scte35);
  const Buffer hdmv = {0x05, 4, 'H', 'D', 'M', 'V'};
  EXPECT_FALSE(describe(0x86, {}, hdmv));
  EXPECT_EQ(describe(0x84, {}, hdmv)->codec, CodecId::kEac3);
  EXPECT_FALSE(describe(0x84));
}

TEST(EsInfo, LanguageAndAudioType) {
  const auto info = describe(0x0F, {0x0A, 4, 'F', 'R', 'E', 3});
  EXPECT_EQ(info->language, "fra");
  EXPECT_EQ(info->audio_type, 3);
  EXPECT_EQ(describe(0x0F, {0x0A, 4, 'e', 'n', 'g', 200})->audio_type, 0);
  EXPECT_EQ(describe(0x0F, {0x0A, 3, 'e', 'n', 'g'})->language, "und");
  EXPECT_EQ(describe(0x0F, {0x0A, 4, 0, 'n', 'g', 0})->language, "und");
}

TEST(EsInfo, SupplementaryAudio) {
  // Audio description with a language of its own; clean audio without one.
  EXPECT_EQ(describe(0x0F, {0x7F, 5, 0x06, 0x05, 'd', 'e', 'u'})->audio_type, 3);
  EXPECT_EQ(describe(0x0F, {0x7F, 5, 0x06, 0x05, 'd', 'e', 'u'})->language, "deu");
  EXPECT_EQ(describe(0x0F, {0x7F, 2, 0x06, 0x08})->audio_type, 2);
  EXPECT_EQ(describe(0x0F, {0x7F, 1, 0x06})->audio_type, 0);
}

TEST(EsInfo, Subtitles) {
  const Buffer body = {'g', 'e', 'r', 0x20, 0, 1, 0, 1, 'e', 'n', 'g', 0x10, 0, 2, 0, 2};
  Buffer list = {0x59, static_cast<std::uint8_t>(body.size())};
  append(list, body);
  const auto info = describe(6, list);
  ASSERT_TRUE(info);
  EXPECT_EQ(info->codec, CodecId::kDvbSubtitle);
  EXPECT_EQ(info->language, "deu");
  EXPECT_TRUE(info->is_hearing_impaired);
  EXPECT_EQ(info->config, body);
}

TEST(EsInfo, TeletextSpeaksWithItsSubtitlePage) {
  const Buffer body = {'f', 'r', 'a', 0x09, 0x00, 'e', 'n', 'g', 0x28, 0x88};
  Buffer list = {0x56, static_cast<std::uint8_t>(body.size())};
  append(list, body);
  const auto info = describe(6, list);
  ASSERT_TRUE(info);
  EXPECT_EQ(info->codec, CodecId::kTeletext);
  EXPECT_EQ(info->language, "eng");
  EXPECT_TRUE(info->is_hearing_impaired);
  EXPECT_EQ(info->config, body);
}

TEST(EsInfo, BrokenDescriptorListsAreReadAsFarAsTheyGo) {
  EXPECT_EQ(codec(6, {0x6A, 0, 0x7A}), CodecId::kAc3);
  EXPECT_EQ(codec(6, {0x6A, 9, 0}), std::nullopt);
}

TEST(EsInfo, PidsOfTablesAreNoStreams) {
  EXPECT_FALSE(describe_stream({0x1B, 0x0000, {}}, {}));
  EXPECT_FALSE(describe_stream({0x1B, 0x000F, {}}, {}));
  EXPECT_FALSE(describe_stream({0x1B, 0x1FFF, {}}, {}));
  EXPECT_TRUE(describe_stream({0x1B, 0x0010, {}}, {}));
}

}  // namespace
}  // namespace flu::container::mpegts
