#pragma once

#include <optional>

#include "libcommon/base/bytes.h"

namespace flu::codec {

// A raw_data_block (ISO 14496-3 4.4.2.1) without sound, for a track with this AudioSpecificConfig.
// Core coder LC, alone or under SBR and PS (whose data it does not have); channel configurations 1
// to 7. nullopt for others, and for what is no AudioSpecificConfig.
std::optional<Buffer> silent_aac_frame(Bytes config);

}  // namespace flu::codec
