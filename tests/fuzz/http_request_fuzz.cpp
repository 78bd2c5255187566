// HTTP requests as a connection feeds them: whole, in two pieces, and several in a row.
#include <algorithm>
#include <cstdint>
#include <string_view>

#include "libcommon/base/bytes.h"
#include "libcommon/base/check.h"
#include "libcommon/wire/http/basic_auth.h"
#include "libcommon/wire/http/byte_range.h"
#include "tools/serve/http/request_parser.h"
#include "tools/serve/http/response.h"
#include "tools/serve/limits.h"

namespace {

using flu::serve::RequestParser;

void answer(const flu::serve::Request& request) {
  flu::serve::Response response;
  response.etag = "\"tag\"";
  response.modified = flu::WallTime(std::chrono::seconds(784'111'777));
  response.allows_ranges = true;
  response.body = flu::serve::make_body("0123456789");
  const auto out = flu::serve::make_answer(request, std::move(response), "date", true);
  FLU_CHECK(out.head.ends_with("\r\n\r\n"));
  FLU_CHECK(out.head.find("\r\n\r\n") == out.head.size() - 4);  // nothing of the client's in it
}

// What is not consumed comes again, in front of the next bytes.
void run(std::string_view bytes, std::size_t first_piece) {
  RequestParser parser;
  std::size_t end = std::min(first_piece, bytes.size());
  std::size_t begin = 0;
  while (true) {
    std::size_t consumed = 0;
    const auto state = parser.feed(bytes.substr(begin, end - begin), consumed);
    FLU_CHECK(consumed <= end - begin);
    begin += consumed;
    if (state == RequestParser::State::kFailed) {
      FLU_CHECK(parser.status() >= 400 && !parser.reason().empty());
      return;
    }
    if (state == RequestParser::State::kComplete) {
      FLU_CHECK(consumed > 0);
      FLU_CHECK(parser.request().body.size() <= flu::serve::kMaxApiBodyBytes);
      FLU_CHECK(parser.request().keeps_body || parser.request().body.empty());
      flu::wire::parse_basic_auth(parser.request().authorization);
      answer(parser.request());
      parser.reset();
    } else if (state == RequestParser::State::kNeedMore) {
      if (end == bytes.size()) return;
      end = bytes.size();
    }
  }
}

}  // namespace

extern "C" int LLVMFuzzerTestOneInput(const std::uint8_t* data, std::size_t size) {
  const std::string_view bytes = flu::as_text({data, size});
  run(bytes, size);
  run(bytes, size / 2);
  run(bytes, 1);
  return 0;
}
