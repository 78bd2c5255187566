#pragma once

#include <chrono>
#include <cstddef>

#include "libcommon/media/time.h"

namespace flu::link {

// What a live producer keeps for a reader that stalls: enough for a hub that restarts. Beyond it
// everything up to the next key frame is dropped.
inline constexpr std::size_t kLiveQueueBytes = std::size_t{8} << 20;
inline constexpr std::chrono::milliseconds kLiveQueueAge{2000};

// What append() holds for flush(): one call of the kernel for many small frames, and small enough
// to be in the processor's cache still.
inline constexpr std::size_t kGatherBytes = std::size_t{256} << 10;

// Of a pipe with back-pressure, where the kernel allows it: fewer changes between the two programs
// (1 MiB is what fs.pipe-max-size grants to everybody).
inline constexpr int kPipeBytes = 1 << 20;

// With back-pressure: is_full() from the first, append() waits from the second.
inline constexpr std::size_t kPressureQueueBytes = std::size_t{1} << 20;
inline constexpr std::size_t kPressureWaitBytes = std::size_t{4} << 20;

// A fragment of audio (docs/format.md, "Fragment").
inline constexpr media::Ticks kAudioFragment = std::chrono::milliseconds(100);
// How far a track may be ahead of another. One from which nothing came for the second time is
// silent and not waited for, nor is one that is behind by more than the third: multiplexes send a
// picture up to 2 s (its buffer) before the sound of its time.
inline constexpr media::Ticks kInterleave = std::chrono::milliseconds(500);
inline constexpr media::Ticks kInterleaveWait = std::chrono::milliseconds(1500);
inline constexpr media::Ticks kInterleaveMost = std::chrono::milliseconds(3000);
// What waits for another track, whatever its times say: 3 s of 40 Mbit/s. Beyond it the oldest
// goes as it is.
inline constexpr std::size_t kInterleaveBytes = std::size_t{16} << 20;
// Between two prft boxes, and between two FLU-FRAG boxes where every sample is a key frame.
inline constexpr media::Ticks kInfoInterval = std::chrono::seconds(1);
// Events that wait for the next fragment; more are dropped, counted.
inline constexpr std::size_t kPendingEventBytes = std::size_t{64} << 10;

}  // namespace flu::link
