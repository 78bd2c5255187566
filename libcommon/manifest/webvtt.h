#pragma once

#include <span>
#include <string>

#include "libcommon/codec/cue_sample.h"
#include "libcommon/media/time.h"

namespace flu::manifest {

// A segment of WebVTT for HLS (RFC 8216 3.5), whose time begins at `start`: X-TIMESTAMP-MAP tells
// where its times lie among those of MPEG-TS, which are ours modulo 2^33. A cue has the same
// identifier and time in every segment, so that players know it again.
std::string write_webvtt(media::Timestamp start, std::span<const codec::Cue> cues);

}  // namespace flu::manifest
