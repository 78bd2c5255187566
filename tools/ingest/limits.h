#pragma once

#include <chrono>
#include <cstddef>

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

}  // namespace flu::ingest
