#pragma once

#include <cstdint>
#include <vector>

#include "libcommon/base/bytes.h"
#include "libcommon/base/result.h"
#include "libcommon/media/time.h"
#include "libcommon/media/track.h"

namespace flu::container {

// A track of a moov with what is needed to read its fragments.
struct MovieTrack {
  media::Track track;
  std::uint32_t file_id = 0;  // in tkhd; track.id where that is 1 to 63
  bool is_supported = false;  // else its fragments are passed over
  bool may_be_mp2 = false;    // mp4a 0x69 and 0x6B: the frame's layer bits decide
  std::uint32_t timescale = 90'000;
  std::uint32_t default_duration = 0;  // trex, in the track's timescale
  std::uint32_t default_size = 0;
  std::uint32_t default_flags = 0;
  media::Ticks time_offset{0};  // from an edit list, added to every time
};

using Movie = std::vector<MovieTrack>;

// The payload of a moov box. Tracks that are not supported come with is_supported false.
Result<Movie> parse_movie(Bytes payload);

media::Tracks supported_tracks(const Movie& movie);

// value x 90000 / timescale, rounded down; clamped far outside of every valid time.
std::int64_t to_90k(std::int64_t value, std::uint32_t timescale);

}  // namespace flu::container
