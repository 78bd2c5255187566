#include "libcommon/wire/http/request.h"

#include <algorithm>
#include <cctype>

#include <fmt/format.h>

#include "libcommon/base/base64.h"
#include "libcommon/base/text.h"

#ifndef FLU_VERSION
#define FLU_VERSION "0.0.0"
#endif

namespace flu::wire {
namespace {

// RFC 9110 5.6.2
bool is_token_byte(char c) {
  return std::isalnum(static_cast<unsigned char>(c)) != 0 ||
         std::string_view("!#$%&'*+-.^_`|~").find(c) != std::string_view::npos;
}

bool is_control(char c) {
  const auto byte = static_cast<unsigned char>(c);
  return (byte < 0x20 && c != '\t') || byte == 0x7F;
}

bool is_same_name(std::string_view a, std::string_view b) {
  return a.size() == b.size() && starts_with_ignoring_case(a, b);
}

bool has_header(const HttpRequestOptions& options, std::string_view name) {
  return std::any_of(options.headers.begin(), options.headers.end(),
                     [&](const HttpHeader& header) { return is_same_name(header.name, name); });
}

}  // namespace

Result<> check_request_header(std::string_view name, std::string_view value) {
  constexpr std::string_view kOurs[] = {"Host",    "Connection",        "Content-Length", "TE",
                                        "Trailer", "Transfer-Encoding", "Upgrade",        "Expect",
                                        "Range",   "Accept-Encoding"};
  if (name.empty() || !std::all_of(name.begin(), name.end(), is_token_byte)) {
    return fail(ErrorCode::kInvalidArgument,
                fmt::format("expected the name of a header, found '{}'", printable(name)));
  }
  if (std::any_of(value.begin(), value.end(), is_control)) {
    return fail(ErrorCode::kInvalidArgument,
                fmt::format("header {}: a control character in its value", name));
  }
  if (std::any_of(std::begin(kOurs), std::end(kOurs),
                  [&](std::string_view own) { return is_same_name(name, own); })) {
    return fail(ErrorCode::kInvalidArgument,
                fmt::format("header {}: follows from the request, it cannot be set", name));
  }
  return {};
}

std::string write_get_request(const HttpUrl& url, const HttpRequestOptions& options) {
  std::string out = fmt::format("GET {} HTTP/1.1\r\nHost: {}\r\n", url.target, url.authority());
  const auto add = [&](std::string_view name, std::string_view value) {
    if (!has_header(options, name)) out += fmt::format("{}: {}\r\n", name, value);
  };
  add("User-Agent", options.user_agent.empty() ? "flu/" FLU_VERSION : options.user_agent);
  add("Accept", "*/*");
  if (!url.user_info.empty()) {
    // RFC 7617 2: a user without a password has the ':' all the same.
    const bool has_password = url.user_info.find(':') != std::string::npos;
    add("Authorization",
        "Basic " + to_base64(as_bytes(has_password ? url.user_info : url.user_info + ":")));
  }
  out += fmt::format("Connection: {}\r\n", options.is_persistent ? "keep-alive" : "close");
  for (const HttpHeader& header : options.headers) {
    out += fmt::format("{}: {}\r\n", header.name, header.value);
  }
  return out + "\r\n";
}

}  // namespace flu::wire
