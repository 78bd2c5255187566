// An answer as a connection brings it: whole, in two pieces, and byte by byte, with the same
// result.
#include <algorithm>
#include <cstdint>
#include <string>

#include "libcommon/base/bytes.h"
#include "libcommon/base/check.h"
#include "libcommon/wire/http/response_reader.h"
#include "libcommon/wire/http/url.h"

namespace {

struct Read {
  bool is_good = true;
  bool is_complete = false;
  std::size_t used = 0;
  std::string body;
};

Read run(flu::Bytes bytes, std::size_t first_step, std::size_t step) {
  flu::wire::HttpResponseReader reader;
  Read out;
  std::size_t size = first_step;
  while (!bytes.empty() && !reader.is_complete()) {
    const auto piece =
        reader.read(bytes.first(std::min(std::max<std::size_t>(size, 1), bytes.size())));
    if (!piece) {
      FLU_CHECK(!piece.error().message.empty());
      out.is_good = false;
      return out;
    }
    FLU_CHECK(piece->consumed > 0 && piece->consumed <= bytes.size());
    FLU_CHECK(piece->body.size() <= piece->consumed);
    out.body += flu::as_text(piece->body);
    out.used += piece->consumed;
    bytes = bytes.subspan(piece->consumed);
    size = step;
  }
  if (reader.has_head()) {
    const auto base = flu::wire::parse_http_url(false, "user:x@host/a/b?c");
    if (const auto place = reader.head().find("Location")) {
      const auto url = flu::wire::resolve_http_url(*base, *place);
      if (url) {
        FLU_CHECK(url->target.front() == '/');
        FLU_CHECK(url->target.find_first_of(" \r\n") == std::string::npos);
      }
    }
    (void)reader.head().content_type();
  }
  out.is_complete = reader.is_complete();
  return out;
}

}  // namespace

extern "C" int LLVMFuzzerTestOneInput(const std::uint8_t* data, std::size_t size) {
  const flu::Bytes bytes(data, size);
  const Read whole = run(bytes, size, size);
  for (const Read& other : {run(bytes, size / 2, size), run(bytes, 1, 1)}) {
    FLU_CHECK(other.is_good == whole.is_good);
    if (!whole.is_good) continue;
    FLU_CHECK(other.is_complete == whole.is_complete && other.used == whole.used);
    FLU_CHECK(other.body == whole.body);
  }
  return 0;
}
