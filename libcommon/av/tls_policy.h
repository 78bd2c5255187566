#pragma once

#include <string>

#include "libcommon/base/result.h"

namespace flu::av {

// From here on every TLS connection of libav checks the certificate and that it names the host,
// against the authorities in `ca_file`, "" for those of the system. Once, before anything is
// opened.
//
// libav's default is to accept anybody, and options do not reach every connection: of an HLS
// playlist's segments, of RTSP. So it is the default that is changed, for the whole process.
Result<> verify_tls(const std::string& ca_file);

}  // namespace flu::av
