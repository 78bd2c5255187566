#pragma once

#include <cstddef>
#include <cstdint>

#include "libcommon/media/time.h"

namespace flu::container {

// Safe parsing bounds of docs/format.md. A stream that breaks one is refused, never resynchronised:
// searching for the next box in hostile bytes would make media of a payload.

// A segment is force-closed at 60 MiB, so an honest mdat is smaller.
inline constexpr std::size_t kMaxBoxBytes = std::size_t{64} << 20;
inline constexpr std::size_t kMaxMoovBytes = std::size_t{1} << 20;
inline constexpr std::size_t kMaxMoofBytes = std::size_t{1} << 20;
// ftyp, styp, emsg, uuid, prft, free: nothing real comes near.
inline constexpr std::size_t kMaxMetaBytes = std::size_t{256} << 10;
inline constexpr std::size_t kMaxTracks = 64;
inline constexpr std::size_t kMaxTrafs = 64;
inline constexpr std::size_t kMaxRunSamples = 100'000;
// In a pipe (FLU-HEAD seen) a fragment is a frame or 100 ms of audio.
inline constexpr std::size_t kMaxPipeRunSamples = 1024;
// What is put into the holes of a track in one segment; three minutes of AAC.
inline constexpr std::size_t kMaxSilentFrames = 8192;
inline constexpr std::size_t kMaxSampleBytes = std::size_t{32} << 20;
// Boxes in a row that yield nothing.
inline constexpr unsigned kMaxSkippedBoxes = 64;
// moof_rel of an index record is a u16: what stands before the moof of a segment.
inline constexpr std::size_t kMaxSegmentMetaBytes = 65'535;

inline constexpr media::Ticks kMaxCts = std::chrono::seconds(10);
inline constexpr media::Ticks kMaxDuration = std::chrono::hours(1);
inline constexpr media::Ticks kMaxTextDuration = std::chrono::hours(24);
// How far below zero a foreign timeline may begin (audio priming, edit lists).
inline constexpr media::Ticks kMaxBeforeZero = std::chrono::hours(1);

}  // namespace flu::container
