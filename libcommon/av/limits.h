#pragma once

#include <chrono>
#include <cstddef>
#include <cstdint>

#include "libcommon/media/time.h"

namespace flu::av {

// What is held until all tracks are known: beyond it those that are known begin, and the others
// follow when they are. Real files tell them in their header, live streams within a second.
inline constexpr media::Ticks kMaxFormatWait = std::chrono::seconds(5);
inline constexpr std::size_t kMaxWaitingBytes = std::size_t{32} << 20;

// A container that names its streams as they come may have one more: sound beside the picture, or
// the other way round, is waited for so long.
inline constexpr media::Ticks kMaxStreamWait = std::chrono::seconds(1);

// Track ids of the flu stream are 1 to 63; streams beyond are left out.
inline constexpr std::size_t kMaxStreams = 63;

// Pictures looked at to learn how far they are out of order, where a file has no decoding times: no
// codec reorders more than 16. A live source is not held up: its order is learnt on the way.
inline constexpr std::size_t kFileLookahead = 32;
inline constexpr std::size_t kMaxReorder = 16;

// A playlist of HLS: ten thousand segments with long names.
inline constexpr std::size_t kMaxPlaylistBytes = std::size_t{2} << 20;

// What libav reads of a live source to learn what it is, and of a file.
inline constexpr std::size_t kLiveProbeBytes = std::size_t{512} << 10;
inline constexpr std::size_t kFileProbeBytes = std::size_t{5} << 20;
inline constexpr std::chrono::microseconds kProbeTime{1'000'000};

// Lines of libav's log that are passed on in a second; the rest is counted.
inline constexpr unsigned kLogLinesASecond = 5;

// How long a subtitle is shown that does not say it: time for two lines.
inline constexpr media::Ticks kUnknownCueDuration = std::chrono::seconds(5);
// What begins so much behind a file's last picture or sound is still told of; it is not known how
// long those last.
inline constexpr media::Ticks kTextTail = std::chrono::seconds(1);

// A picture that is decoded: 8K and a little more. What claims to be larger is refused before
// memory is taken for it.
inline constexpr std::int64_t kMaxPicturePixels = std::int64_t{8192} * 4352;
inline constexpr std::size_t kMaxCodedPicture = std::size_t{32} << 20;

}  // namespace flu::av
