#pragma once

#include <string_view>

#include "tools/serve/http/connection.h"
#include "tools/serve/route.h"
#include "tools/serve/sessions/session_table.h"

namespace flu::serve {

// What a route is to who counts sessions. A new way to play is a line here.
struct Protocol {
  std::string_view type;    // its word in the API; "" for what several have
  bool is_endless = false;  // each connection is a session
};
Protocol protocol_of(const Route& route);

// Points into `route` and `connection`.
Asking viewer_of(const Route& route, const Connection& connection, std::string_view query);

}  // namespace flu::serve
