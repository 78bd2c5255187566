#pragma once

#include <cstdint>
#include <string>
#include <string_view>
#include <vector>

#include "libcommon/base/result.h"
#include "libcommon/base/unique_fd.h"
#include "libcommon/service/ready.h"

namespace flu::serve {

struct ListenAddress {
  std::string ip;  // empty: every address of the machine, IPv6 and IPv4
  std::uint16_t port = 0;
};

// "8080", "127.0.0.1:8080", "[::1]:8080".
// `option`: what it was given for.
Result<ListenAddress> parse_listen_address(std::string_view text,
                                           std::string_view option = "--http");

// One address: a socket a worker, on the same port by SO_REUSEPORT, so that the kernel divides the
// clients among them. They are made once and handed from program to program, since closing one
// would lose the connections in its queue. With fewer workers than before, some have several.
struct Listener {
  service::Listening listening;
  std::vector<UniqueFd> sockets;
};
Result<Listener> make_listener(const ListenAddress& address, unsigned workers,
                               std::string proto = "http");

// The same with the sockets among `handed` that are bound to this address, which leave it. On trial
// a new one is bound, but listens to nobody.
Result<Listener> take_listener(const ListenAddress& address, unsigned workers, std::string proto,
                               std::vector<UniqueFd>& handed, bool is_trial);

}  // namespace flu::serve
