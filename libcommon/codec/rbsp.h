#pragma once

#include <cstddef>
#include <span>

#include "libcommon/base/bytes.h"

namespace flu::codec {

// Removes the emulation prevention bytes of a NAL unit (ISO 14496-10 7.3.1, 00 00 03 -> 00 00)
// until `out` is full; returns how many bytes were written.
std::size_t unescape(Bytes nal, std::span<std::uint8_t> out);

// The whole unit.
Buffer unescape(Bytes nal);

}  // namespace flu::codec
