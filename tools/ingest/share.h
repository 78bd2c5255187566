#pragma once

#include <string>

#include "libcommon/base/result.h"
#include "libcommon/io/udp_socket.h"
#include "libcommon/service/common_options.h"
#include "libcommon/service/run_dir.h"
#include "tools/ingest/source_url.h"

namespace flu::ingest {

// The socket of a shared UDP address: RUN_DIR/mux/239.0.0.1_1234.sock, with the interface behind
// that where one is named.
std::string share_socket(const service::RunDir& run_dir, const io::UdpAddress& address);

// flu-ingest --share: receives the address once, for every program that somebody reads.
Result<> share(const SourceUrl& url, const service::CommonOptions& common);

}  // namespace flu::ingest
