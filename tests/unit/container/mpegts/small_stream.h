#pragma once

#include <cstddef>
#include <cstdint>

#include "tests/unit/container/mpegts/tiny_media.h"
#include "tests/unit/container/mpegts/ts_builder.h"

namespace flu::container::test {

// A stream of H.264 and AAC, a few packets long.

inline constexpr std::uint16_t kVideoPid = 0x100;
inline constexpr std::uint16_t kAudioPid = 0x101;
inline constexpr std::uint8_t kH264 = 0x1B;
inline constexpr std::uint8_t kAdts = 0x0F;

inline Buffer picture(std::size_t unit) {
  Buffer out = {0, 0, 0, 1, 0x09, 0xF0};  // access unit delimiter
  append(out, kH264Units[unit]);
  return out;
}

inline void video_frame(TsBuilder& ts, std::size_t unit, std::uint64_t pts) {
  ts.pes(kVideoPid, 0xE0, pts, picture(unit), false);
}

inline void audio_frame(TsBuilder& ts, std::uint64_t pts) {
  ts.pes(kAudioPid, 0xC0, pts, kAdtsFrames[0]);
}

// `groups` times a key frame and two more, with audio between.
inline void media_of(TsBuilder& ts, std::size_t groups, std::uint64_t start = 90'000) {
  for (std::size_t i = 0; i < 3 * groups; ++i) {
    video_frame(ts, i % 3, start + i * 3600);
    audio_frame(ts, start + i * 1920);
  }
}

inline TsBuilder small_stream(std::uint64_t start = 90'000) {
  TsBuilder ts;
  ts.tables({{kH264, kVideoPid, {}}, {kAdts, kAudioPid, {0x0A, 4, 'e', 'n', 'g', 0}}});
  media_of(ts, 3, start);
  return ts;
}

}  // namespace flu::container::test
