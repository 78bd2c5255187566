#pragma once

#include <string>
#include <string_view>

#include "libcommon/base/host_port.h"
#include "libcommon/base/result.h"

namespace flu::wire {

// Where a client asks, and for what.
struct HttpUrl {
  bool is_tls = false;
  HostPort peer;
  std::string user_info;     // "user:password", percent-decoded; "" is none
  std::string target = "/";  // path and query, as sent

  // As the Host header has it: without the port that goes without saying.
  [[nodiscard]] std::string authority() const;
  // "http://host:port/path?query", without the user.
  [[nodiscard]] std::string to_text() const;
  bool operator==(const HttpUrl&) const = default;
};

// http:// or https://. `rest` is what follows: [USER[:PASSWORD]@]HOST[:PORT][/PATH][?QUERY]. Bytes
// that may not stand in a request line are percent-encoded, control characters refused, a
// fragment dropped.
Result<HttpUrl> parse_http_url(bool is_tls, std::string_view rest);

// `reference` as in Location or a playlist, seen from `base` (RFC 3986 5.2): absolute, //HOST/…,
// /PATH, PATH, ?QUERY. The user is kept while host, port and scheme stay. kUnsupported for a scheme
// other than http and https.
Result<HttpUrl> resolve_http_url(const HttpUrl& base, std::string_view reference);

}  // namespace flu::wire
