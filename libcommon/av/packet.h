#pragma once

#include <cstdint>
#include <optional>
#include <string>

#include "libcommon/base/bytes.h"
#include "libcommon/media/track.h"

namespace flu::av {

// Seconds of a tick, and the bits after which its count begins anew; 63 and more: never.
struct TimeScale {
  std::int64_t num = 1;
  std::int64_t den = 90'000;
  unsigned bits = 64;
};

// How subtitles of text are written.
enum class TextForm : std::uint8_t { kWebVtt, kSubRip, kAss, kTx3g, kPlain };

// A stream as a container describes it.
struct StreamInfo {
  unsigned index = 0;
  std::string codec_name;               // as FFmpeg calls it, for messages
  std::optional<media::CodecId> codec;  // nullopt: none that a flu stream carries
  bool is_latm = false;                 // AAC
  TextForm text_form = TextForm::kWebVtt;
  bool is_media = true;  // false: a cover picture, data: passed over without a word
  std::string language = "und";
  std::uint8_t audio_type = 0;
  bool is_hearing_impaired = false;
  Buffer config;  // extradata: avcC, AudioSpecificConfig, OpusHead, parameter sets with start codes
  TimeScale scale;
  media::VideoFormat video;
  media::AudioFormat audio;
};

// What a container gives at once, in the ticks of its stream.
struct Packet {
  unsigned stream = 0;
  std::optional<std::int64_t> pts;
  std::optional<std::int64_t> dts;
  std::int64_t duration = 0;  // 0: unknown
  bool is_key = false;
  bool is_discarded = false;  // for decoding only, says an edit list
  bool is_first = false;      // of its stream: ask for its StreamInfo again
  Bytes data;                 // valid until the next packet is read
  Buffer new_config;          // changed with this packet
  std::string cue_settings;   // of WebVTT
};

}  // namespace flu::av
