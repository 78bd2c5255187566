// Tested by tests/e2e/tls/relay-openssl.sh

#include "tools/tls/tls.h"

#include "libcommon/base/host_port.h"
#include "libcommon/io/tls_connect.h"
#include "libcommon/service/ready.h"
#include "tools/tls/relay.h"

namespace flu::tls {
Result<> run(const Options& options, const service::CommonOptions& common) {
  FLU_TRY_ASSIGN(const HostPort peer, parse_host_port(options.peer));
  FLU_TRY_ASSIGN(io::TlsClient client,
                 io::connect_tls(peer, {options.ca_file, !options.is_unverified}));
  FLU_TRY(service::announce_ready(common));
  return relay(client);
}

}  // namespace flu::tls
