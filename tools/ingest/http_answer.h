#pragma once

#include <string>
#include <string_view>

#include "libcommon/base/bytes.h"
#include "libcommon/base/result.h"
#include "libcommon/wire/http/response_reader.h"
#include "libcommon/wire/http/url.h"

namespace flu::ingest {

bool is_redirect(int status);

// Where a redirect leads. Refused: without a place, from https to http, to another protocol.
Result<wire::HttpUrl> follow_redirect(const wire::HttpUrl& from,
                                      const wire::HttpResponseHead& head);

// An answer that is neither a body nor a redirect: what the server says, and what may help.
Result<> check_status(const wire::HttpUrl& url, const wire::HttpResponseHead& head);

// How many bytes of a body check_body() looks at.
inline constexpr std::size_t kSniffBytes = 16;

// The first bytes of a body that should be MPEG-TS. An error says what it seems to be instead, and
// which protocol that would be.
Result<> check_body(const wire::HttpResponseHead& head, Bytes first);

}  // namespace flu::ingest
