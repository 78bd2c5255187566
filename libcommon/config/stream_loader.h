#pragma once

#include "libcommon/config/diagnostic.h"
#include "libcommon/config/document.h"
#include "libcommon/config/server_config.h"

namespace flu::config {

// The options inside the block of a stream, into `stream`.
void load_stream_options(const Statement& head, StreamConfig& stream, Diagnostics& diagnostics);

}  // namespace flu::config
