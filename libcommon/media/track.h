#pragma once

#include <cstdint>
#include <optional>
#include <string>
#include <string_view>
#include <vector>

#include "libcommon/base/bytes.h"
#include "libcommon/media/time.h"

namespace flu::media {

// Events (SCTE-35, ID3, KLV) are not tracks: see event.h.
enum class TrackKind : std::uint8_t { kVideo, kAudio, kSubtitle };

enum class CodecId : std::uint8_t {
  kH264,
  kHevc,
  kMpeg2Video,
  kAac,
  kMp3,
  kMp2,
  kAc3,
  kEac3,
  kOpus,
  kDvbSubtitle,
  kTeletext,
  kWebVtt,
};

TrackKind kind_of(CodecId codec);

// The names users see in status, JSON and messages: "h264", "hevc", "mpeg2video", "aac", "mp3",
// "mp2", "ac3", "eac3", "opus", "dvb_subtitle", "dvb_teletext", "webvtt".
std::string_view to_string(CodecId codec);
std::string_view to_string(TrackKind kind);
std::optional<CodecId> parse_codec(std::string_view name);

struct VideoFormat {
  std::uint32_t width = 0;  // of the shown picture, after cropping, in samples
  std::uint32_t height = 0;
  std::uint32_t sar_width = 1;  // sample aspect ratio
  std::uint32_t sar_height = 1;
  std::uint32_t rate_num = 0;  // frames a second, 0/1 where the stream does not say
  std::uint32_t rate_den = 1;
  bool is_interlaced = false;

  bool operator==(const VideoFormat&) const = default;
};

struct AudioFormat {
  std::uint32_t sample_rate = 0;  // Hz
  std::uint32_t channels = 0;
  std::uint32_t samples_per_frame = 0;  // 0 where it varies

  bool operator==(const AudioFormat&) const = default;
};

// One elementary stream, as described by the sample entry of a moov. Equal tracks are written as
// equal bytes.
struct Track {
  std::uint32_t id = 0;  // 1..63, unique in its stream
  TrackKind kind = TrackKind::kVideo;
  CodecId codec = CodecId::kH264;
  std::string language = "und";  // ISO 639-2/T, three lower-case letters

  // The payload of the codec's configuration box, without the box header:
  //   H.264 avcC (ISO 14496-15 5.3.3.1) · HEVC hvcC (8.3.3.1) · AAC AudioSpecificConfig (ISO
  //   14496-3) AC-3 dac3, E-AC-3 dec3 (ETSI TS 102 366 F.4, F.6) · Opus dOps MPEG-2 video: sequence
  //   header and sequence extension · MP3, MP2: empty DVB subtitles, teletext: the body of the
  //   PMT's descriptor (ETSI EN 300 468 6.2.41, 6.2.43) · WebVTT vttC: what a file has in front of
  //   its cues (ISO 14496-30 7.5)
  Buffer config;

  VideoFormat video;  // of a video track
  AudioFormat audio;  // of an audio track

  Ticks nominal_duration{0};         // of a sample; 0 where unknown
  std::uint8_t audio_type = 0;       // ISO 639 descriptor: 2 hearing impaired, 3 visually impaired
  bool is_hearing_impaired = false;  // of subtitles

  bool operator==(const Track&) const = default;
};

using Tracks = std::vector<Track>;

// Cues (WebVTT), not pictures of text as those of DVB: of no place in MPEG-TS, sparse in time.
bool is_text(const Track& track);

const Track* find_track(const Tracks& tracks, std::uint32_t id);

// The first video track, else the first audio track: its key frames decide where segments are cut.
const Track* main_track(const Tracks& tracks);

}  // namespace flu::media
