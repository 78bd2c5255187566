#pragma once

#include "libcommon/base/result.h"
#include "libcommon/io/tls_client.h"

namespace flu::tls {

// Copies standard input to the peer and what it sends to standard output, until the peer ends or
// nobody reads standard output any more. The end of standard input ends nothing: an answer may
// still come.
Result<> relay(io::TlsClient& client);

}  // namespace flu::tls
