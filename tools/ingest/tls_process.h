#pragma once

#include <string>

#include "libcommon/base/host_port.h"
#include "libcommon/base/result.h"
#include "libcommon/base/unique_fd.h"
#include "tools/ingest/child.h"

namespace flu::ingest {

// flu-tls, found beside this program: TLS in a process of its own, so that streams without it do
// not carry OpenSSL. It ends with this, and with this process.
class TlsProcess {
 public:
  // `ca`: a file with the authorities to trust instead of the system's, or "".
  static Result<TlsProcess> start(const HostPort& peer, const std::string& ca);

  // The plain side; non-blocking. Once.
  UniqueFd take_socket() { return std::move(socket_); }

  // Why it ended, in its words; "" when it said nothing. To be called at the end of the socket.
  [[nodiscard]] std::string reason() const;

 private:
  TlsProcess(Child child, UniqueFd socket);

  Child child_;
  UniqueFd socket_;
  UniqueFd errors_;
};

}  // namespace flu::ingest
