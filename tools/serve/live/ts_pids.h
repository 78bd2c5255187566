#pragma once

#include <cstdint>
#include <map>
#include <string>

#include "libcommon/container/mpegts/ts_writer.h"
#include "libcommon/media/track.h"

namespace flu::serve {

// PIDs that the configuration wishes (mpegts_pids): "pmt", "sdt", "v1", "a0" for the base of audio.
using PidWishes = std::map<std::string, std::uint16_t>;

// The PIDs of a stream, one for all choices of its tracks: those that are wished, bases of a kind
// with the track's number added, and by the track's id what nobody wished. Of two that would have
// the same, the one that comes first in that order keeps it, the other has the next free one. A
// pure function: segments of all workers are the same.
container::TsWriterOptions assign_pids(const PidWishes& wishes, const media::Tracks& all);

// For keys of caches: "" without wishes.
std::string write_pids(const PidWishes& wishes);

}  // namespace flu::serve
