#pragma once

#include <cstdint>

#include "libcommon/base/bytes.h"

namespace flu {

// CRC-32C (Castagnoli), as in iSCSI (RFC 3720). `crc` continues an earlier call's result.
std::uint32_t crc32c(Bytes bytes, std::uint32_t crc = 0);

}  // namespace flu
