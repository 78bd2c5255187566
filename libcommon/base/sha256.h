#pragma once

#include <array>
#include <cstdint>
#include <string>

#include "libcommon/base/bytes.h"

namespace flu {

using Sha256Digest = std::array<std::uint8_t, 32>;

// SHA-256 (FIPS 180-4) for naming content, where linking libcrypto would cost a small process more
// than it does.
Sha256Digest sha256(Bytes bytes);

std::string to_hex(Bytes bytes);

}  // namespace flu
