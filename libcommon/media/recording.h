#pragma once

#include <string_view>

namespace flu::media {

// The scheme of an event of flu-demux, in front of the frames: all of the source is there already,
// and given as fast as it is read. Who plays it live paces it.
inline constexpr std::string_view kRecordingScheme = "urn:flu:recording";

}  // namespace flu::media
