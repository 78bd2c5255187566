#pragma once

#include <optional>
#include <string_view>

#include "libcommon/service/stream_options.h"
#include "tools/serve/http/response.h"
#include "tools/serve/route.h"

// The site's answers that need no stream.
namespace flu::serve {

Response no_such_page();
// A choice of tracks that cannot be read is taken for a part of the stream's name: it says so.
Response no_such_stream(std::string_view name);

// 403 where the configuration does not allow the route's protocol.
std::optional<Response> protocol_refusal(const Route& route, const service::StreamOptions& options);

Response busy(std::string_view words);  // 503, to be asked again
Response not_yet(Route::Kind kind);     // the stream is there, but what was asked for is not

// ISO 23009-1 5.8.5.7: what UTCTiming of an MPD asks for.
Response time_of_day();

// CORS preflight (Fetch standard 4.8), and OPTIONS as RFC 9110 9.3.7 has it.
// `asked_fields`: of Access-Control-Request-Headers.
Response options_answer(bool is_report, std::string_view asked_fields);

// Players of MSE-LD tell once a minute how it goes. What is no PUT to a report's address, 405.
Response report_answer(Method method, bool is_report);

}  // namespace flu::serve
