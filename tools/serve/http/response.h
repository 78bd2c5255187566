#pragma once

#include <cstdint>
#include <memory>
#include <optional>
#include <string>
#include <string_view>

#include "libcommon/base/bytes.h"
#include "libcommon/base/clock.h"
#include "tools/serve/http/request.h"

namespace flu::serve {

// Bytes with shared owners: a playlist or segment that many connections send at once.
struct Body {
  std::shared_ptr<const void> owner;
  Bytes bytes;
};
Body make_body(std::string text);
Body make_body(Buffer bytes);

// What a handler answers, before ranges, conditions and the method are looked at.
struct Response {
  unsigned status = 200;
  std::string_view content_type = "text/plain; charset=utf-8";  // a constant
  std::string_view cache_control = "no-store";                  // a constant
  std::string etag;                                             // quoted; empty: none
  std::optional<WallTime> modified;                             // not later than now
  std::string extra;                                            // whole lines with CRLF
  bool allows_ranges = false;
  bool varies = false;     // with Accept-Encoding
  bool is_packed = false;  // body is gzip
  Body body;
  Body packed;  // the same as gzip, for who takes that; may be empty
  // Of a body that is made while it is sent; `body` is empty.
  std::optional<std::uint64_t> length;
};

// The tag of a body's bytes, quoted.
std::string make_etag(Bytes bytes);

Response error_response(unsigned status, std::string_view words);

// 405, with what is answered at `target` (RFC 9110 15.5.6).
Response method_refusal(std::string_view target);

// What goes out: the head as text, and the part of the body that follows it.
struct Answer {
  unsigned status = 200;
  std::string head;
  Body body;
  bool is_keep_alive = true;
  // Of a body that is made while it is sent: which part of it goes out.
  std::uint64_t first = 0;
  std::uint64_t size = 0;
};

// If-None-Match, If-Modified-Since, Range, If-Range and HEAD (RFC 9110 13.2.2, 14.2). `date` is the
// Date header's value. `shared_origin`: of the page that may read it, even if it asked with the
// viewer's credentials, empty where no page asks; without it pages may read it that send none.
Answer make_answer(const Request& request, Response response, std::string_view date,
                   bool is_keep_alive, std::optional<std::string_view> shared_origin = {});

// The head of an answer without end, with the type and lines of `response`: no length, closed by
// the end of the connection.
Answer make_endless_answer(const Response& response, std::string_view date,
                           std::optional<std::string_view> shared_origin = {});
// Another protocol follows: a 101, with the lines in `response.extra`.
Answer make_upgrade_answer(const Response& response, std::string_view date);

std::string_view status_text(unsigned status);

}  // namespace flu::serve
