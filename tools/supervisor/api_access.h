#pragma once

#include <optional>
#include <string>
#include <string_view>

#include "libcommon/config/server_config.h"

namespace flu::supervisor {

// Who asks for a change over HTTP, as flu-serve saw it.
struct Asker {
  std::string authorization;        // the header, as it came
  std::string address;              // of the peer
  bool is_indirect = false;         // a proxy or a page in a browser stands between
  bool is_from_other_site = false;  // a page of another site, which may use a browser's logins
};

struct Refusal {
  unsigned status = 403;  // or 401
  std::string reason;
};

// nullopt: `asker` may change the server. With edit_auth that takes its login; without, only who
// sits at this machine may.
std::optional<Refusal> refuse_change(const config::ServerConfig& server, const Asker& asker);

// 127.0.0.0/8, ::1, and the former as the latter spells it.
bool is_loopback(std::string_view address);

}  // namespace flu::supervisor
