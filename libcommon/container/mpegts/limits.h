#pragma once

#include <cstddef>

#include "libcommon/media/time.h"

namespace flu::container::mpegts {

// Policy of all limits: what goes over is dropped and counted, reading goes on.

// How long tracks that have described themselves wait for one that sends nothing at all: where
// times do not move, this many bytes of the program (TsReader's kMaxTrackWait says the time).
inline constexpr std::size_t kMaxAbsentWaitBytes = std::size_t{4} << 20;

// How long they wait for one that sends bytes but has not described itself: a video track joined
// in the middle of a group of pictures, which is 10 s with the usual encoders' defaults.
inline constexpr media::Ticks kMaxPresentWait{12 * 90'000};
inline constexpr std::size_t kMaxPresentWaitBytes = std::size_t{32} << 20;

// What is held while no audio or video track has described itself: subtitles and events.
inline constexpr std::size_t kMaxHeldBeforeTracks = std::size_t{256} << 10;

// Video is handed to its framer in parts. The start of a PES packet goes at once, packet by packet,
// since it shows that the picture before is complete; the rest in as few calls as the first cache
// level holds. Not by how the input is cut: the same bytes give the same units.
inline constexpr std::size_t kVideoStart = 128;
inline constexpr std::size_t kVideoPart = std::size_t{4} << 10;

// Programs of a PAT that are looked at to choose one: a multiplex has some dozens.
inline constexpr std::size_t kMaxPrograms = 512;

// Elementary streams of a program: the flu stream has 63 track numbers.
inline constexpr std::size_t kMaxStreams = 63;

// PATs seen before a program is chosen although the PMTs of some before it have not come.
inline constexpr int kPatsToWait = 4;

}  // namespace flu::container::mpegts
