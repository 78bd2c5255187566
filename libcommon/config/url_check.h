#pragma once

#include <string>
#include <string_view>

#include "libcommon/base/result.h"
#include "libcommon/config/diagnostic.h"
#include "libcommon/config/server_config.h"

namespace flu::config {

// The scheme, the form of the address and the options of one source; `subject` is "stream 'ort'".
// Sets source.is_supported.
void check_source(SourceUrl& source, const std::string& subject, Diagnostics& diagnostics);

// Behind "://": a password with a character that ends the host is told, before what is left of it
// is taken for a host and told as such.
Result<void> check_user_info(std::string_view rest);

// Streams that read the same program of the same UDP address get half of it each (O-03).
void warn_shared_udp(const ServerConfig& server, Diagnostics& diagnostics);

}  // namespace flu::config
