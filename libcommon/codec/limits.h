#pragma once

#include <cstddef>
#include <cstdint>

#include "libcommon/media/time.h"

namespace flu::codec {

// An access unit beyond this is dropped and counted: more than any level of H.264 or HEVC needs
// for one picture, and the bound of a sample in the flu stream (docs/format.md).
inline constexpr std::size_t kMaxAccessUnit = std::size_t{32} << 20;

// A parameter set beyond this is ignored, and so is a picture parameter set with which all of them
// would be more than the second: they stand in front of every key frame, which may be tiny. Real
// streams have a few hundred bytes.
inline constexpr std::size_t kMaxParameterSet = 4096;
inline constexpr std::size_t kMaxPictureParameterSets = std::size_t{16} << 10;

// Width and height of a picture, in samples: beyond every level.
inline constexpr std::uint32_t kMaxDimension = 16'384;

// seq_parameter_set_id and pic_parameter_set_id (ISO 14496-10 7.4.2.1.1, 7.4.2.2); HEVC: 7.4.3.
inline constexpr std::size_t kMaxSpsIds = 32;
inline constexpr std::size_t kMaxPpsIds = 256;
inline constexpr std::size_t kMaxVpsIds = 16;

// How much of a NAL unit is looked at before it is known whether it begins a picture: every field
// of a slice header that this takes lies within 64 bytes.
inline constexpr std::size_t kUnitHead = 64;

// H.264 pictures without a key frame (10 s at 25 frames/s) after which lesser entry points count:
// streams with gradual refresh, or without recovery point messages, have no others.
inline constexpr std::uint32_t kPicturesWithoutKey = 250;

// What an audio framer holds back at most: the largest frame it knows (LOAS: 13 bits of length)
// times the frames that it must see before it believes a sync word.
inline constexpr std::size_t kMaxAudioBacklog = std::size_t{64} << 10;

// Frames of one E-AC-3 sample: six of one block, each with 15 dependent or further independent
// substreams. A stream that never begins the next sample is looked through no further.
inline constexpr std::size_t kMaxEac3Frames = 96;

// Cues shown at once, or waited for: several speakers and a sign; karaoke has a dozen. Text is kept
// so far: what a screen can hold.
inline constexpr std::size_t kMaxCues = 32;
inline constexpr std::size_t kMaxCueText = 4096;
inline constexpr std::size_t kMaxCueStyles = 64;
// A cue lasts seconds; one that stays is let go then, since each segment repeats it.
inline constexpr media::Ticks kMaxCueDuration = std::chrono::minutes(30);

}  // namespace flu::codec
