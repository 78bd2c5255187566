#pragma once

#include <string>
#include <string_view>

#include "libcommon/base/result.h"

namespace flu::demux {

// `reference` of a playlist that was found at `base`, absolute; login and all.
Result<std::string> resolve_playlist_url(std::string_view base, std::string_view reference);

}  // namespace flu::demux
