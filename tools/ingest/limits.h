#pragma once

#include <chrono>
#include <cstddef>

#include "libcommon/media/time.h"

namespace flu::ingest {

// A source that is looked at while another plays is kept from its last key frame on: 10 s of
// 25 Mbit/s. What is larger is forgotten, and the next key frame waited for.
inline constexpr std::size_t kMaxGateBytes = 32 << 20;
inline constexpr std::size_t kMaxGateUnits = 20'000;

// Events that come before the first frame wait for it: only then their time can be told. More are
// dropped.
inline constexpr std::size_t kMaxEarlyEvents = 64;

// Of a file that flu-demux reads and that is played in real time: so much is held here, the rest
// waits in the pipe. Longer than flu-demux takes to begin again, so that a repeated file has no
// gap.
inline constexpr std::chrono::seconds kFileAhead{2};
inline constexpr std::size_t kFileAheadBytes = std::size_t{32} << 20;

// Where a track changes, units wait until the others have changed too or gone on for so long past
// it (the old ones may end later, and the main one shows a picture only with the next)
inline constexpr media::Ticks kChangeOverlap{27'000};  // 0.3 s
// ... but no longer than this: more than the distance at which encoders send sound behind the
// picture. What does not fit goes on as it is, as the changes that they are.
inline constexpr media::Ticks kMaxChangeHold{135'000};  // 1.5 s
inline constexpr std::size_t kMaxChangeBytes = std::size_t{16} << 20;
inline constexpr std::size_t kMaxChangeUnits = 4'000;

}  // namespace flu::ingest
