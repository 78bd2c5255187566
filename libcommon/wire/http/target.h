#pragma once

#include <optional>
#include <string>
#include <string_view>

#include "libcommon/base/result.h"

namespace flu::wire {

// What a request asks for (RFC 9112 3.2), percent-decoded once.
struct HttpTarget {
  std::string path;   // "/", "/cam1/index.m3u8"; "*" in OPTIONS *
  std::string query;  // as received, without the '?'
};

// origin-form, absolute-form and asterisk-form. kMalformed on a bad escape, on control characters
// and backslashes however they are spelt, and on "." and ".." as a part of the path: nothing here
// is ever normalised, so what was checked is what is used.
Result<HttpTarget> parse_http_target(std::string_view target);

// The first value of `name` in a query, decoded ('+' is a space). nullopt: it is not there, or is
// not to be decoded.
std::optional<std::string> query_value(std::string_view query, std::string_view name);

// Is it there, with a value or without?
bool has_query_name(std::string_view query, std::string_view name);

}  // namespace flu::wire
