#pragma once

#include <vector>

#include "libcommon/manifest/audio_groups.h"
#include "libcommon/media/track.h"

namespace flu::manifest {

// Tracks of text as the one group of HLS subtitles that every variant has.
std::vector<AudioGroup::Member> make_subtitle_group(const media::Tracks& tracks);

}  // namespace flu::manifest
