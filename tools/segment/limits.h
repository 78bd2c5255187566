#pragma once

#include <chrono>
#include <cstddef>
#include <cstdint>

#include "libcommon/media/time.h"

namespace flu::hub {

// A segment is closed without a key frame here (docs/design.md, "Cutting"): players and the
// recorder hold whole segments, and readers refuse boxes above 64 MiB.
inline constexpr media::Ticks kMaxSegmentDuration{30 * 90'000};
inline constexpr std::uint64_t kMaxSegmentBytes = std::uint64_t{60} << 20;
// Readers refuse longer runs of samples (docs/format.md, "safe parsing bounds").
inline constexpr std::size_t kMaxSegmentSamples = 90'000;

// How far behind the main track another track may be before it is silent: segments and parts are
// closed without it. The flu stream's tracks are interleaved within 500 ms.
inline constexpr media::Ticks kMaxInterleave{90'000};

// A frame of the main track this much later than the one before goes on where that was, though the
// source's times broke between them: 4 frames a second.
inline constexpr media::Ticks kMaxSeam{90'000 / 4};

// Sound that begins with a source may begin so much before its first picture: what encoders put in
// front (priming), at most three frames of AAC.
inline constexpr media::Ticks kMaxLead{90'000 / 10};

// What text shows is repeated in each segment, with its own time, for so long: times within a
// segment are told by durations, which are less than an hour.
inline constexpr media::Ticks kMaxRepeated = std::chrono::minutes(30);

// A higher number of segments is a mistake: at 1 s it would be a day, which is the archive's job.
inline constexpr std::uint32_t kMaxSegments = 20'000;

// A producer whose clock is behind by less than this is waited for; the stream of one that is
// further behind would stand still for as long, so its times are moved instead.
inline constexpr media::Ticks kMaxWait{2 * 90'000};

// Where readers may join a stream of audio alone.
inline constexpr media::Ticks kAudioJoinDistance{90'000};

// Audio that came before the key frame with which a source starts: 2 s of 512 kbit/s. What comes
// above it pushes the oldest out.
inline constexpr std::size_t kMaxPrerollBytes = 128 << 10;

// cur.mp4 is behind by at most this, while nobody reads it: a hub that is killed loses no more.
// What comes faster than real time (4 MiB in 0.2 s are 160 Mbit/s) is written then.
inline constexpr std::chrono::milliseconds kMaxHeldTime{200};
inline constexpr std::size_t kMaxHeldBytes = std::size_t{4} << 20;
// Memory of a live stream that is kept for what is held next: 0.2 s of 10 Mbit/s.
inline constexpr std::size_t kKeptMemory = 256 << 10;

// Events waiting for the next segment to begin; more are dropped, the oldest first.
inline constexpr std::size_t kMaxWaitingEvents = 16;

// Producers wait in in.sock while another one plays, each with a buffer of its own.
inline constexpr std::size_t kMaxProducers = 8;
inline constexpr std::chrono::seconds kMaxTimeWithoutHead{5};  // then the connection is closed

// Workers of flu-serve, pushes, transcoders: one connection each. More are refused.
inline constexpr std::size_t kMaxReaders = 256;
// A reader that takes nothing for so long is closed. Until then it falls out of the last two GOPs
// and moves on to the newest key frame, so that it costs a socket buffer and no more.
inline constexpr std::chrono::seconds kMaxReaderStall{10};
// What in.sock and out.sock ask of the kernel: one large key frame of a UHD stream.
inline constexpr int kSocketBuffer = 512 << 10;

// One read: what a pipe holds, and the larger one while a producer fills that.
inline constexpr std::size_t kReadSize = 64 << 10;
inline constexpr std::size_t kLargeReadSize = 256 << 10;
// Reads in a row before other descriptors get their turn: at most 1 MiB, about 1 ms.
inline constexpr int kReadsInARow = 4;

// A foreign MP4 may have the parameter sets of its pictures in them alone (avc3, hev1): so much of
// it is passed over until the first are there; then the track is left out until it has them.
inline constexpr media::Ticks kMaxFormatWait{10 * 90'000};

// What is copied at a time when a segment is consolidated, and how large a gap between two samples
// of a track is read along rather than skipped with a call of its own.
inline constexpr std::size_t kCopyBuffer = 256 << 10;
inline constexpr std::size_t kReadThroughGap = 16 << 10;

// The window of a stream on a full file system, until a fifth of it is free again; not sooner than
// after a minute, or the window would grow and shrink in turns.
inline constexpr std::uint32_t kSegmentsWhenFull = 3;
inline constexpr unsigned kFreePercentToRecover = 20;
inline constexpr std::chrono::seconds kMinTimeReduced{60};

}  // namespace flu::hub
