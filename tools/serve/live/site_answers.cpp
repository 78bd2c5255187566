#include "tools/serve/live/site_answers.h"

#include <fmt/format.h>

#include "libcommon/base/clock.h"
#include "libcommon/manifest/media_playlist.h"

namespace flu::serve {

Response no_such_page() {
  return error_response(404, "No such page. Streams are at /NAME/index.m3u8 and /NAME/mpegts.");
}

Response no_such_stream(std::string_view name) {
  constexpr std::string_view kTracks = "tracks-";
  const std::string_view last = name.substr(name.rfind('/') + 1);
  if (last.starts_with(kTracks)) {
    return error_response(404, fmt::format("No such stream, and '{}' is no choice of tracks: those "
                                           "are tracks-v1a1, tracks-a2 or tracks-1,2.",
                                           last));
  }
  return error_response(404, "No such stream.");
}

namespace {

// The protocol that the configuration does not allow for this, or "".
std::string_view refused_protocol(const Route& route, const service::StreamOptions& options) {
  switch (route.kind) {
    case Route::Kind::kMpegts: return options.is_mpegts_off ? "MPEG-TS over HTTP" : "";
    case Route::Kind::kMseLd: return options.is_mseld_off ? "MSE-LD" : "";
    // DASH has the same segments of fragmented MP4.
    case Route::Kind::kPlaylist: return options.is_hls_off ? "HLS" : "";
    case Route::Kind::kMpd: return options.is_dash_off ? "DASH" : "";
    case Route::Kind::kSegment:
      if (route.media_time) return options.is_dash_off ? "DASH" : "";
      [[fallthrough]];
    case Route::Kind::kPart:
    case Route::Kind::kInit:
      return options.is_hls_off && (options.is_dash_off || route.format != Format::kFmp4) ? "HLS"
                                                                                          : "";
    case Route::Kind::kIndex:
    case Route::Kind::kRadio:
    case Route::Kind::kStill:
    case Route::Kind::kJpeg:
    case Route::Kind::kMjpeg:
    case Route::Kind::kLogo:
    case Route::Kind::kEmbed:
    case Route::Kind::kAsset:
    case Route::Kind::kTime:
    case Route::Kind::kRecordingStatus:
    case Route::Kind::kMovie:
    case Route::Kind::kReport: return "";
  }
  return "";
}

}  // namespace

std::optional<Response> protocol_refusal(const Route& route,
                                         const service::StreamOptions& options) {
  const std::string_view protocol = refused_protocol(route, options);
  if (protocol.empty()) return std::nullopt;
  return error_response(403, fmt::format("{} is switched off for this stream.", protocol));
}

Response busy(std::string_view words) {
  Response response = error_response(503, words);
  response.extra = "Retry-After: 5\r\n";
  return response;
}

Response not_yet(Route::Kind kind) {
  const bool is_picture = kind == Route::Kind::kJpeg || kind == Route::Kind::kMjpeg;
  return busy(is_picture ? "There is no picture of the stream yet."
                         : "The stream has nothing to play yet.");
}

// A browser's Date.parse() takes no line's end.
Response time_of_day() {
  Response response;
  response.body = make_body(manifest::write_date_time(media::to_timestamp(wall_now())));
  return response;
}

// What else pages send along, tokens of their own for the most part, is '*' or, for those that send
// credentials, what they name; Authorization has to be named beside it, and old browsers know names
// alone.
Response options_answer(bool is_report, std::string_view asked_fields) {
  constexpr std::size_t kMaxFields = 1000;
  const std::string_view methods = is_report ? "PUT, OPTIONS" : "GET, HEAD, OPTIONS";
  const std::string_view fields = is_report ? "Content-Type"
                                            : "Range, If-Range, If-None-Match, If-Modified-Since, "
                                              "Cache-Control";
  if (asked_fields.size() > kMaxFields) asked_fields = {};
  Response response;
  response.status = 204;
  response.extra = fmt::format(
      "Allow: {0}\r\n"
      "Access-Control-Allow-Methods: {0}\r\n"
      "Access-Control-Allow-Headers: {1}, Authorization, *{2}{3}\r\n"
      "Access-Control-Max-Age: 86400\r\n",
      methods, fields, asked_fields.empty() ? "" : ", ", asked_fields);
  return response;
}

Response report_answer(Method method, bool is_report) {
  if (is_report && method == Method::kPut) {
    Response response;
    response.content_type = "application/json";
    response.body = make_body("{}\n");
    return response;
  }
  Response response = error_response(405, is_report ? "Players PUT their reports here."
                                                    : "GET, HEAD and OPTIONS are answered here.");
  response.extra = is_report ? "Allow: PUT, OPTIONS\r\n" : "Allow: GET, HEAD, OPTIONS\r\n";
  return response;
}

}  // namespace flu::serve
