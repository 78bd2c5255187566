#pragma once

#include <cstdint>
#include <string>

#include <gtest/gtest.h>

#include "tools/serve/mse/mse_stream.h"

namespace flu::serve {

inline constexpr std::int64_t kMseStart = 158'741'550'000'000;

inline media::Track mse_video(std::uint32_t id, std::uint32_t width) {
  media::Track track;
  track.id = id;
  track.config = {1, 0x42, 0xc0, 0x1e, 0xff, 0xe0, 0};
  track.video = {width, 90, 1, 1, 25, 1, false};
  return track;
}
inline media::Track mse_audio(std::uint32_t id, media::CodecId codec = media::CodecId::kAac) {
  media::Track track;
  track.id = id;
  track.kind = media::TrackKind::kAudio;
  track.codec = codec;
  if (codec == media::CodecId::kAac) track.config = {0x11, 0x90};
  track.audio = {48'000, 2, 1024};
  return track;
}
// Audio stands first, and one that browsers do not play between.
inline media::Tracks mse_tracks() {
  return {mse_audio(1), mse_video(2, 320), mse_audio(3, media::CodecId::kMp2), mse_video(4, 160),
          mse_audio(5)};
}

// A frame of a track, 0.04 s long, `at` hundredths of a second after the start.
inline void add_mse_frame(MseStream& stream, std::uint32_t track_id, std::int64_t at, bool is_key,
                          std::uint32_t size = 100) {
  const Buffer payload(size, 0x11);
  container::Fragment fragment;
  fragment.track_id = track_id;
  fragment.samples = {{media::Timestamp(kMseStart + at * 900), media::Ticks(0), media::Ticks(3600),
                       is_key ? media::Sap::kClosed : media::Sap::kNone, 0, size}};
  fragment.payload = payload;
  ASSERT_TRUE(stream.add(std::move(fragment)));
}
inline void set_mse_tracks(MseStream& stream, media::Tracks tracks) {
  ASSERT_TRUE(stream.add(media::TracksChanged{std::move(tracks)}));
}

}  // namespace flu::serve
