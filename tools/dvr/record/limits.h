#pragma once

#include <chrono>
#include <cstddef>
#include <cstdint>

namespace flu::dvr {

// How often windows are looked at for new segments: a tenth of a read's cost for each stream.
inline constexpr std::chrono::milliseconds kPollInterval{200};

// From the beginning of a group to that of the next: two barriers a second, and one a second is
// left for hours that begin and end.
inline constexpr std::chrono::milliseconds kGroupInterval{1000};

// Segments that wait for a disk are files in memory. Beyond either the oldest are given up, counted
// and told.
inline constexpr std::uint64_t kMaxBacklogBytes = std::uint64_t{1} << 30;      // of a root
inline constexpr std::uint64_t kMaxBacklogTicks = std::uint64_t{60} * 90'000;  // of a stream

// After a failure: doubled from the first to the last.
inline constexpr std::chrono::milliseconds kFirstRetry{1000};
inline constexpr std::chrono::milliseconds kLastRetry{10'000};

// Between one cleaning and the next, while the disk has room.
inline constexpr std::chrono::seconds kCleanInterval{60};

inline constexpr std::size_t kMaxConf = std::size_t{16} << 20;

}  // namespace flu::dvr
