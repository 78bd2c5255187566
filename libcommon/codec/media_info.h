#pragma once

#include <cstdint>
#include <map>
#include <string>

#include <nlohmann/json_fwd.hpp>

#include "libcommon/media/track.h"

namespace flu::codec {

// What a running stream showed of a track, beside what its headers say.
struct MeasuredTrack {
  double bitrate = 0;     // bit/s; 0 where it is not known
  double frame_rate = 0;  // a second; of video
};

// What a stream is made of, in the form of the HTTP API's media_info: width and height of the first
// picture as it is shown, and streams, where track_id is v1, a1, t1 ... and bitrates are kbit/s.
// A picture's width is the shown one, pixel_width that of its samples.
nlohmann::json media_info(const media::Tracks& tracks,
                          const std::map<std::uint32_t, MeasuredTrack>& measured = {});

// "High", "Main 10"; "" where the configuration does not say.
std::string profile_name(const media::Track& track);
// "4.1", "1b"; "Main" of MPEG-2 video.
std::string level_name(const media::Track& track);

}  // namespace flu::codec
