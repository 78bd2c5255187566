#pragma once

#include <cstdint>
#include <span>

#include "libcommon/base/bytes.h"
#include "libcommon/container/mp4/flu_stream.h"

namespace flu::container {

// A fragment as the clients of MSE-LD read it, at fixed offsets: moof(mfhd traf(tfhd tfdt futc
// trun)) mdat, with the low byte of the track id at 47, tfdt's time at 72 and the UTC of the first
// frame at 92 (seconds) and 96 (microseconds).
std::size_t mse_fragment_size(std::span<const SampleEntry> samples);

// `payload` is what the samples' offsets count in; `track_id` is 1 to 255. `samples` is not empty.
void write_mse_fragment(std::uint8_t track_id, std::uint32_t sequence,
                        std::span<const SampleEntry> samples, Bytes payload, Buffer& out);

}  // namespace flu::container
