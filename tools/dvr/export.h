#pragma once

#include "libcommon/base/result.h"
#include "tools/dvr/request.h"

namespace flu::dvr {

// `flu-dvr export`: a part of an archive as one MP4 file.
Result<void> export_movie(const Request& request);

}  // namespace flu::dvr
