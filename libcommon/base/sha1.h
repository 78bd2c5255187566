#pragma once

#include <array>
#include <cstdint>

#include "libcommon/base/bytes.h"

namespace flu {

using Sha1Digest = std::array<std::uint8_t, 20>;

// SHA-1 (FIPS 180-4), for protocols that ask for it by name. No protection against anybody.
Sha1Digest sha1(Bytes bytes);

}  // namespace flu
