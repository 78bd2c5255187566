#pragma once

#include <cstdint>
#include <vector>

#include "libcommon/base/bytes.h"
#include "libcommon/container/mp4/flu_stream.h"
#include "libcommon/media/sample.h"
#include "libcommon/media/track.h"

namespace flu::test {

// 2025-11-22, the time that fixed test streams begin at.
inline constexpr media::Timestamp kBase{158'741'550'000'000};

inline media::Track h264_track(std::uint32_t id = 1) {
  media::Track track;
  track.id = id;
  // An avcC with an SPS and a PPS of a picture of 320x180.
  track.config = {1,    0x64, 0,    0x0C, 0xFF, 0xE1, 0,    0x1A, 0x67, 0x64, 0,    0x0C,
                  0xAC, 0xD9, 0x41, 0x41, 0x9F, 0x9F, 0x01, 0x10, 0,    0,    0x03, 0,
                  0x10, 0,    0,    0x03, 0x03, 0x20, 0xF1, 0x42, 0x99, 0x60, 1,    0,
                  6,    0x68, 0xEB, 0xE3, 0xCB, 0x22, 0xC0, 0xFD, 0xF8, 0xF8, 0};
  track.video = {320, 180, 1, 1, 25, 1, false};
  track.nominal_duration = media::Ticks{3600};
  return track;
}

inline media::Track aac_track(std::uint32_t id = 2) {
  media::Track track;
  track.id = id;
  track.kind = media::TrackKind::kAudio;
  track.codec = media::CodecId::kAac;
  track.language = "deu";
  track.config = {0x11, 0x90};  // AAC-LC, 48 kHz, stereo
  track.audio = {48'000, 2, 1024};
  track.nominal_duration = media::Ticks{1920};
  return track;
}

inline media::Track audio_track(std::uint32_t id, media::CodecId codec, Buffer config,
                                std::uint32_t rate, std::uint32_t samples) {
  media::Track track = aac_track(id);
  track.codec = codec;
  track.config = std::move(config);
  track.audio = {rate, 2, samples};
  track.nominal_duration = media::Ticks{std::int64_t{samples} * 90'000 / rate};
  return track;
}

// One track of every codec, with every field away from its default somewhere.
inline media::Tracks every_track() {
  using media::CodecId;
  media::Track hevc = h264_track(2);
  hevc.codec = CodecId::kHevc;
  hevc.config.assign(23, 0);
  hevc.config[0] = 1;
  hevc.config[21] = 0x0F;
  hevc.video.rate_num = 30'000;
  hevc.video.rate_den = 1001;
  hevc.nominal_duration = media::Ticks{3003};
  media::Track mpeg2 = h264_track(3);
  mpeg2.codec = CodecId::kMpeg2Video;
  mpeg2.config.assign(150, 0xB3);  // with quantiser matrices: a length of two bytes
  mpeg2.video = {720, 576, 64, 45, 25, 1, true};
  media::Tracks tracks{h264_track(1), hevc, mpeg2, aac_track(4)};
  tracks.push_back(audio_track(5, CodecId::kMp3, {}, 44'100, 1152));
  tracks.push_back(audio_track(6, CodecId::kMp3, {}, 22'050, 576));
  tracks.push_back(audio_track(7, CodecId::kMp2, {}, 48'000, 1152));
  tracks.push_back(audio_track(8, CodecId::kAc3, {0x10, 0x3D, 0xC0}, 48'000, 1536));
  tracks.push_back(audio_track(9, CodecId::kEac3, {0x07, 0x00, 0x20, 0x0F, 0x00}, 48'000, 1536));
  tracks.push_back(
      audio_track(10, CodecId::kOpus, {0, 2, 1, 56, 0, 0, 0xBB, 0x80, 0, 0, 0}, 48'000, 0));
  tracks.push_back(audio_track(11, CodecId::kAac, {0x10, 0x10}, 96'000, 1024));
  tracks.back().audio_type = 3;
  tracks.back().audio.channels = 6;
  media::Track subtitle;
  subtitle.id = 12;
  subtitle.kind = media::TrackKind::kSubtitle;
  subtitle.codec = CodecId::kDvbSubtitle;
  subtitle.language = "nor";
  subtitle.config = {'n', 'o', 'r', 0x20, 0, 2, 0, 2};
  subtitle.is_hearing_impaired = true;
  tracks.push_back(subtitle);
  subtitle.id = 63;
  subtitle.codec = CodecId::kTeletext;
  subtitle.config = {'f', 'r', 'a', 0x10, 0x88};
  subtitle.is_hearing_impaired = false;
  tracks.push_back(subtitle);
  return tracks;
}

inline container::StreamHead stream_head() {
  container::StreamHead head;
  for (std::size_t i = 0; i < head.stream.size(); ++i) {
    head.stream[i] = static_cast<std::uint8_t>(i + 1);
  }
  head.producer = container::ProducerClass::kPublisher;
  head.start_us = 1'763'795'000'000'000;
  head.clock = container::ClockQuality::kSource;
  return head;
}

inline container::SampleEntry entry(media::Timestamp dts, std::uint32_t size,
                                    media::Ticks duration = media::Ticks{3600},
                                    media::Sap sap = media::Sap::kClosed,
                                    media::Ticks cts = media::Ticks{0}) {
  container::SampleEntry made;
  made.dts = dts;
  made.cts = cts;
  made.duration = duration;
  made.sap = sap;
  made.size = size;
  return made;
}

// Bytes that are told apart by their place.
inline Buffer pattern(std::size_t size, unsigned seed = 0) {
  Buffer bytes(size);
  for (std::size_t i = 0; i < size; ++i) {
    bytes[i] = static_cast<std::uint8_t>(i * 7 + seed);
  }
  return bytes;
}

}  // namespace flu::test
