#include "tools/serve/http/response.h"

#include <array>
#include <charconv>
#include <chrono>
#include <initializer_list>

#include <fmt/format.h>

#include "libcommon/base/crc32c.h"
#include "libcommon/wire/http/byte_range.h"
#include "libcommon/wire/http/date.h"
#include "libcommon/wire/http/etag.h"

namespace flu::serve {
namespace {

// Players in web pages come from other origins.
constexpr std::string_view kExposed =
    "Access-Control-Expose-Headers: Accept-Ranges, Content-Length, Content-Range, Date, ETag, "
    "Retry-After\r\n";
constexpr std::size_t kMaxOrigin = 300;

// By hand, as it is written for each request: {fmt} takes three times as long.
void append(std::string& head, std::initializer_list<std::string_view> parts) {
  for (const std::string_view part : parts) head += part;
}

void append_number(std::string& head, std::size_t number) {
  std::array<char, 20> digits;
  const auto [end, ec] = std::to_chars(digits.begin(), digits.end(), number);
  head.append(digits.begin(), end);
}

// Fetch standard 3.2: '*' is no answer to a page that asks with credentials (a player may be told
// to), and whether it did is not said; caches are to keep the answers apart.
void write_cors(std::string& head, std::optional<std::string_view> shared_origin) {
  if (shared_origin) head += "Vary: Origin\r\n";
  const std::string_view origin = shared_origin.value_or("");
  if (origin.empty() || origin.size() > kMaxOrigin) {
    append(head, {"Access-Control-Allow-Origin: *\r\n", kExposed});
    return;
  }
  append(head, {"Access-Control-Allow-Origin: ", origin,
                "\r\nAccess-Control-Allow-Credentials: true\r\n", kExposed});
}

void write_start(std::string& head, unsigned status, std::string_view date) {
  constexpr std::size_t kUsualHead = 512;
  head.reserve(kUsualHead);
  head += "HTTP/1.1 ";
  append_number(head, status);
  append(head, {" ", status_text(status), "\r\nServer: flu\r\nDate: ", date, "\r\n"});
}

bool has_no_body(unsigned status) {
  return status == 204 || status == 304;
}

// RFC 9110 13.2.2: where there is If-None-Match, If-Modified-Since says nothing. What is no date is
// left out of account; a file's time has fractions of a second that a client never saw.
bool is_known_to_client(const Request& request, const Response& response) {
  if (!request.if_none_match.empty()) {
    return wire::is_etag_listed(request.if_none_match, response.etag);
  }
  if (request.if_modified_since.empty() || !response.modified) return false;
  const auto since = wire::parse_http_date(request.if_modified_since);
  return since && std::chrono::floor<std::chrono::seconds>(*response.modified) <= *since;
}

std::uint64_t length_of(const Response& response) {
  return response.length.value_or(response.body.bytes.size());
}

// Narrows `response` to what Range and the conditions ask for; `first`: what its length begins at.
void apply_conditions(const Request& request, Response& response, std::uint64_t& first) {
  if (response.status != 200) return;
  if (request.method != Method::kGet && request.method != Method::kHead) return;
  if (is_known_to_client(request, response)) {
    response.status = 304;
    response.body = {};
    response.length.reset();
    return;
  }
  // RFC 9110 14.2: Range is defined for GET alone.
  if (request.method != Method::kGet || !response.allows_ranges || request.range.empty()) return;
  if (!wire::is_range_allowed(request.if_range, response.etag)) return;
  const std::uint64_t total = length_of(response);
  const wire::ByteRange range = wire::parse_byte_range(request.range, total);
  if (range.kind == wire::ByteRange::Kind::kUnsatisfiable) {
    const std::string content_range = fmt::format("Content-Range: bytes */{}\r\n", total);
    response = error_response(416, "The range lies outside the content.");
    response.extra = content_range;
  } else if (range.kind == wire::ByteRange::Kind::kPart) {
    response.status = 206;
    response.extra += fmt::format("Content-Range: bytes {}-{}/{}\r\n", range.first,
                                  range.first + range.size - 1, total);
    first = range.first;
    if (response.length) {
      response.length = range.size;
    } else {
      response.body.bytes = response.body.bytes.subspan(range.first, range.size);
    }
  }
}

// Who asks for a part means bytes of what is not packed.
void choose_coding(const Request& request, Response& response) {
  if (response.status != 200 || response.packed.bytes.empty()) return;
  response.varies = true;
  if (!request.takes_gzip || !request.range.empty()) return;
  response.is_packed = true;
  response.body = std::move(response.packed);
  response.allows_ranges = false;
  // Another representation has another tag (RFC 9110 8.8.3).
  if (response.etag.ends_with('"')) response.etag.insert(response.etag.size() - 1, "-gz");
}

}  // namespace

Body make_body(std::string text) {
  auto owner = std::make_shared<const std::string>(std::move(text));
  const Bytes bytes = as_bytes(*owner);
  return {std::move(owner), bytes};
}

Body make_body(Buffer bytes) {
  auto owner = std::make_shared<const Buffer>(std::move(bytes));
  const Bytes view = *owner;
  return {std::move(owner), view};
}

std::string make_etag(Bytes bytes) {
  return fmt::format("\"{:08x}-{:x}\"", crc32c(bytes), bytes.size());
}

Response error_response(unsigned status, std::string_view words) {
  Response response;
  response.status = status;
  response.body = make_body(fmt::format("{} {}\n{}\n", status, status_text(status), words));
  return response;
}

Response method_refusal(std::string_view target) {
  std::string_view methods = may_be_put(target) ? "PUT, OPTIONS" : "GET, HEAD, OPTIONS";
  if (target.starts_with(kApiPrefix)) methods = "GET, HEAD, POST, OPTIONS";
  Response response = error_response(405, fmt::format("Answered here: {}.", methods));
  response.extra = fmt::format("Allow: {}\r\n", methods);
  return response;
}

Answer make_answer(const Request& request, Response response, std::string_view date,
                   bool is_keep_alive, std::optional<std::string_view> shared_origin) {
  choose_coding(request, response);
  Answer answer;
  apply_conditions(request, response, answer.first);
  answer.status = response.status;
  answer.is_keep_alive = is_keep_alive;
  write_start(answer.head, response.status, date);
  if (!has_no_body(response.status)) {
    append(answer.head, {"Content-Type: ", response.content_type, "\r\nContent-Length: "});
    append_number(answer.head, length_of(response));
    answer.head += "\r\n";
  }
  append(answer.head, {"Cache-Control: ", response.cache_control, "\r\n"});
  if (!response.etag.empty()) append(answer.head, {"ETag: ", response.etag, "\r\n"});
  if (response.modified) {
    append(answer.head, {"Last-Modified: ", wire::write_http_date(*response.modified), "\r\n"});
  }
  if (response.allows_ranges) answer.head += "Accept-Ranges: bytes\r\n";
  if (response.varies) answer.head += "Vary: Accept-Encoding\r\n";
  if (response.is_packed) answer.head += "Content-Encoding: gzip\r\n";
  answer.head += response.extra;
  write_cors(answer.head, shared_origin);
  if (!is_keep_alive) {
    answer.head += "Connection: close\r\n";
  } else if (request.version < 11) {
    answer.head += "Connection: keep-alive\r\n";
  }
  answer.head += "\r\n";
  if (request.method != Method::kHead && !has_no_body(response.status)) {
    answer.size = response.length.value_or(0);
    answer.body = std::move(response.body);
  }
  return answer;
}

Answer make_endless_answer(const Response& response, std::string_view date,
                           std::optional<std::string_view> shared_origin) {
  Answer answer;
  answer.is_keep_alive = false;
  write_start(answer.head, 200, date);
  append(answer.head, {"Content-Type: ", response.content_type, "\r\nCache-Control: no-store\r\n",
                       response.extra});
  write_cors(answer.head, shared_origin);
  answer.head += "Connection: close\r\n\r\n";
  return answer;
}

Answer make_upgrade_answer(const Response& response, std::string_view date) {
  Answer answer;
  answer.status = response.status;
  answer.is_keep_alive = false;
  write_start(answer.head, response.status, date);
  answer.head += response.extra;
  answer.head += "\r\n";
  return answer;
}

std::string_view status_text(unsigned status) {
  switch (status) {
    case 101: return "Switching Protocols";
    case 426: return "Upgrade Required";
    case 200: return "OK";
    case 204: return "No Content";
    case 206: return "Partial Content";
    case 302: return "Found";
    case 304: return "Not Modified";
    case 400: return "Bad Request";
    case 401: return "Unauthorized";
    case 403: return "Forbidden";
    case 404: return "Not Found";
    case 405: return "Method Not Allowed";
    case 408: return "Request Timeout";
    case 413: return "Content Too Large";
    case 409: return "Conflict";
    case 414: return "URI Too Long";
    case 415: return "Unsupported Media Type";
    case 416: return "Range Not Satisfiable";
    case 424: return "Failed Dependency";
    case 431: return "Request Header Fields Too Large";
    case 500: return "Internal Server Error";
    case 501: return "Not Implemented";
    case 503: return "Service Unavailable";
    case 505: return "HTTP Version Not Supported";
    default: return "Unknown";
  }
}

}  // namespace flu::serve
