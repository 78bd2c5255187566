#pragma once

#include <string>

#include "libcommon/config/diagnostic.h"
#include "libcommon/config/document.h"
#include "libcommon/config/server_config.h"

namespace flu::config {

// thumbnails [enabled=true|false|ondemand] [url=http://HOST/PATH]; the URL may stand alone too.
ThumbnailConfig load_thumbnails(const Statement& statement, const std::string& subject,
                                Diagnostics& diagnostics);

}  // namespace flu::config
