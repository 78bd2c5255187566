#pragma once

#include <cstdlib>
#include <filesystem>
#include <memory>
#include <string>
#include <string_view>
#include <utility>
#include <vector>

#include <gtest/gtest.h>
#include <nlohmann/json.hpp>

#include "libcommon/base/crc32c.h"
#include "libcommon/container/mp4/segment_box.h"
#include "libcommon/io/file.h"
#include "libcommon/store/window_names.h"
#include "libcommon/store/window_reader.h"
#include "tools/segment/live_stream.h"

namespace flu::hub {

inline constexpr std::int64_t kBase = 158'741'550'000'000;  // 1763795000 s
inline constexpr std::int64_t kFrame = 3600;
inline constexpr std::int64_t kSecond = 90'000;

inline media::Tracks make_tracks() {
  media::Track video;
  video.id = 7;
  video.kind = media::TrackKind::kVideo;
  video.codec = media::CodecId::kH264;
  video.config = {1,    0x42, 0xC0, 0x1E, 0xFF, 0xE1, 0,    4,    0x67, 0x42,
                  0xC0, 0x1E, 1,    0,    4,    0x68, 0xCE, 0x3C, 0x80};
  video.video.width = 640;
  video.video.height = 360;
  media::Track audio;
  audio.id = 9;
  audio.kind = media::TrackKind::kAudio;
  audio.codec = media::CodecId::kAac;
  audio.config = {0x11, 0x90};
  audio.language = "eng";
  audio.audio = {48'000, 2, 1024};
  return {video, audio};
}

// A producer that counts its frames: one key frame a second, 25 Hz, audio of 1920 ticks.
struct Source {
  std::int64_t time = kBase;
  media::Tracks tracks = make_tracks();
  int gop = 25;
  int frame = 0;
  bool is_flushed = true;
  std::int64_t audio_time = kBase;
  std::int64_t audio_lead = 0;  // how far audio runs ahead (or behind) in the stream

  static container::Fragment fragment(std::uint32_t track, std::int64_t dts, std::int64_t duration,
                                      media::Sap sap, const Buffer& payload) {
    container::Fragment out;
    out.track_id = track;
    container::SampleEntry entry;
    entry.dts = media::Ticks(dts);
    entry.duration = media::Ticks(duration);
    entry.sap = sap;
    entry.size = static_cast<std::uint32_t>(payload.size());
    out.samples = {entry};
    out.payload = payload;
    return out;
  }

  // The next video frame and the audio up to it.
  void send(LiveStream& stream, std::uint32_t flags = 0) {
    while (audio_time < time + audio_lead) {
      const Buffer payload(20, static_cast<std::uint8_t>(audio_time / 1920));
      stream.add_fragment(fragment(9, audio_time, 1920, media::Sap::kClosed, payload));
      if (is_flushed) stream.flush();
      audio_time += 1920;
    }
    const bool is_key = frame % gop == 0;
    const Buffer payload(is_key ? 500 : 100, static_cast<std::uint8_t>(frame));
    auto video =
        fragment(7, time, kFrame, is_key ? media::Sap::kClosed : media::Sap::kNone, payload);
    if (is_key || flags != 0) {
      video.info.emplace();
      video.info->arrival_us = static_cast<std::uint64_t>(time * 100 / 9 + 40'000);
      video.info->flags = flags;
      video.info->source = 1;
    }
    stream.add_fragment(video);
    if (is_flushed) stream.flush();
    time += kFrame;
    ++frame;
  }
  void send_seconds(LiveStream& stream, double seconds) {
    for (int i = 0; i < static_cast<int>(seconds * 25); ++i) send(stream);
  }
};

class LiveStreamTest : public testing::Test {
 protected:
  void SetUp() override { folder_ = make_folder(); }
  void TearDown() override {
    stream_.reset();
    for (const auto& folder : folders_) std::filesystem::remove_all(folder);
  }

  std::string make_folder() {
    std::string pattern = testing::TempDir() + "live.XXXXXX";
    EXPECT_NE(::mkdtemp(pattern.data()), nullptr);
    folders_.push_back(pattern);
    return pattern;
  }

  std::unique_ptr<LiveStream> open(const std::string& folder) {
    store::WindowSettings settings;
    settings.playlist_segments = settings.kept_segments = 50;
    settings.target = media::Ticks(4 * kSecond);
    Listeners listeners{
        [this](const segment::IndexRecord& record) { news_.push_back(record); },
        [this](std::string_view name, const nlohmann::json&) { events_.emplace_back(name); }};
    auto stream = LiveStream::open(folder, settings, listeners);
    EXPECT_TRUE(stream) << (stream ? "" : stream.error().message);
    return std::move(*stream);
  }

  void play(Source& source) {
    if (stream_ == nullptr) stream_ = open(folder_);
    stream_->begin_source({});
    ASSERT_TRUE(stream_->set_tracks(source.tracks));
  }

  std::vector<segment::IndexRecord> records(const std::string& folder) {
    const auto reader = store::WindowReader::open(folder);
    EXPECT_TRUE(reader);
    auto copy = store::WindowReader::open(folder);
    return (*copy->refresh())->segments;
  }
  std::vector<segment::IndexRecord> records() { return records(folder_); }

  static Buffer file_of(const std::string& folder, const segment::IndexRecord& record) {
    return *io::read_file(store::in_folder(folder, store::segment_file(record.start)), 1 << 26);
  }

  // What stands in the record must be what stands in the file.
  void check(const segment::IndexRecord& record) {
    const Buffer bytes = file_of(folder_, record);
    ASSERT_EQ(bytes.size(), record.size);
    const auto parsed = container::parse_segment(bytes);
    ASSERT_TRUE(parsed) << parsed.error().message;
    EXPECT_EQ(parsed->seq, record.seq);
    EXPECT_EQ(parsed->moof_offset, record.moof_relative);
    EXPECT_EQ(crc32c(Bytes(bytes).subspan(parsed->data_offset)), record.data_crc);
    ASSERT_FALSE(parsed->tracks.empty());
    EXPECT_EQ(parsed->tracks.front().samples.front().dts, record.start);
    for (const auto& track : parsed->tracks) {
      for (std::size_t i = 1; i < track.samples.size(); ++i) {
        ASSERT_EQ(track.samples[i - 1].dts + track.samples[i - 1].duration, track.samples[i].dts);
      }
    }
  }

  std::string folder_;
  std::vector<std::string> folders_;
  std::unique_ptr<LiveStream> stream_;
  std::vector<segment::IndexRecord> news_;
  std::vector<std::string> events_;
};

}  // namespace flu::hub
