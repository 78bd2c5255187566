#pragma once

#include <list>
#include <utility>

#include "libcommon/io/tls_channel.h"

namespace flu::serve {

class Connection;

// What a connection has besides when it speaks TLS.
struct TlsLink {
  TlsLink(io::TlsIdentities identities, int socket) : channel(std::move(identities), socket) {}

  io::TlsChannel channel;
  std::list<Connection*>::iterator place;  // among the server's handshakes, while it is one
};

}  // namespace flu::serve
