#include "tools/serve/sessions/protocol.h"

#include "libcommon/wire/http/target.h"
#include "tools/serve/limits.h"

namespace flu::serve {

Protocol protocol_of(const Route& route) {
  switch (route.kind) {
    case Route::Kind::kMpegts: return {"mpegts", true};
    case Route::Kind::kRadio: return {"shoutcast", true};
    case Route::Kind::kMseLd: return {"mseld", true};
    case Route::Kind::kMjpeg: return {"mjpeg", true};
    case Route::Kind::kPlaylist:
    case Route::Kind::kPart: return {"hls"};
    case Route::Kind::kMpd: return {"dash"};
    case Route::Kind::kSegment:
    case Route::Kind::kInit:  // HLS and DASH have the same fragmented MP4
      return {route.format == Format::kFmp4 ? "" : "hls"};
    default: return {""};
  }
}

Asking viewer_of(const Route& route, const Connection& connection, std::string_view query) {
  const Protocol protocol = protocol_of(route);
  const Request& request = connection.request();
  Asking out;
  out.stream = route.stream;
  out.ip = connection.peer_text();
  out.type = protocol.type;
  out.is_endless = protocol.is_endless;
  out.token = wire::query_value(query, "token").value_or("");
  out.user_agent = std::string_view(request.user_agent).substr(0, kMaxViewerText);
  out.referer = std::string_view(request.referer).substr(0, kMaxViewerText);
  return out;
}

}  // namespace flu::serve
