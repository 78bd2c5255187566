#pragma once

#include <string>
#include <string_view>
#include <vector>

#include "libcommon/base/result.h"
#include "libcommon/wire/http/response_reader.h"
#include "libcommon/wire/http/url.h"

namespace flu::wire {

struct HttpRequestOptions {
  std::string user_agent;           // "": flu and its version
  std::vector<HttpHeader> headers;  // of the user's choice; checked by check_request_header()
  bool is_persistent = false;       // asks for the connection to be kept
};

// A name and value that a user may add to a request: a token, no control characters, and none of
// those that say how the message is framed or who the peer is.
Result<> check_request_header(std::string_view name, std::string_view value);

// GET, with Basic authorization at once where the URL has a user and the headers have no other.
std::string write_get_request(const HttpUrl& url, const HttpRequestOptions& options);

}  // namespace flu::wire
