#pragma once

#include "libcommon/base/host_port.h"
#include "libcommon/base/result.h"
#include "libcommon/io/tls_client.h"

namespace flu::io {

// Connects and shakes hands, waiting for both, ten seconds each at most.
Result<TlsClient> connect_tls(const HostPort& peer, const TlsClient::Settings& settings);

}  // namespace flu::io
