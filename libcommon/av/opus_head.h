#pragma once

#include <cstdint>
#include <optional>

#include "libcommon/base/bytes.h"

namespace flu::av {

// The dOps (Opus in ISO base media files, 4.3.2) of an OpusHead (RFC 7845 5.1), as Matroska, Ogg
// and FFmpeg have it; of one with `channels` where it is empty. nullopt where it is malformed.
std::optional<Buffer> opus_config(Bytes head, std::uint32_t channels);

}  // namespace flu::av
