#pragma once

#include <chrono>
#include <cstddef>
#include <cstdint>

// The bounds of flu-thumb: each with its reason, and what happens beyond.
namespace flu::thumb {

// A JPEG, made or fetched. One of 1920x1080 has about 0.3 MiB, a camera's of 4K up to 3; a larger
// one is refused.
inline constexpr std::size_t kMaxJpegBytes = std::size_t{8} << 20;
// A coded key frame, as a flu stream carries them at most.
inline constexpr std::size_t kMaxPictureBytes = std::size_t{32} << 20;
// Sides of --size.
inline constexpr std::uint64_t kMinSide = 16;
inline constexpr std::uint64_t kMaxSide = 8192;
// The config of 10 000 streams has about 2 MiB; a larger one is not read.
inline constexpr std::size_t kMaxConf = std::size_t{64} << 20;

// How often a stream's window is looked at.
inline constexpr std::chrono::milliseconds kLookInterval{250};
// A picture is decoded in some hundredths of a second: one at a time, so that pictures never take
// more than a core from the streams. Who waits is given its newest key frame then.
inline constexpr std::size_t kDecoders = 1;
// Fetches wait for cameras, not for the processor.
inline constexpr std::size_t kFetchers = 8;
// Longer, and the process that does it is killed.
inline constexpr std::chrono::seconds kDecodePatience{10};
inline constexpr std::chrono::seconds kFetchPatience{10};
// A camera that does not answer is asked again after 1 s, 2 s, ... at most so long.
inline constexpr std::chrono::seconds kMaxBackOff{60};
// A stream whose pictures are made on demand has them so long after somebody asked.
inline constexpr std::chrono::seconds kDemandTime{30};
// What the process of one picture may take: the picture of 8K twice, the decoder's own, and room.
inline constexpr std::uint64_t kMaxJobData = std::uint64_t{768} << 20;

}  // namespace flu::thumb
