#include "tools/serve/api/api_route.h"

#include <array>

#include "libcommon/base/text.h"
#include "tools/serve/http/request.h"

namespace flu::serve {
namespace {

using Kind = ApiRoute::Kind;

struct Call {
  std::string_view path;  // below the prefix; one that ends in '/' is followed by a stream's name
  Kind kind;
};

constexpr std::array kCalls{
    Call{"server", Kind::kServer},
    Call{"media", Kind::kMedia},
    Call{"media_info/", Kind::kMediaInfo},
    Call{"input_media_info/", Kind::kInputMediaInfo},
    Call{"stream_health/", Kind::kStreamHealth},
    Call{"sessions", Kind::kSessions},
    Call{"close_sessions", Kind::kChange},
    Call{"reload", Kind::kChange},
    Call{"stream_restart/", Kind::kChange},
    Call{"stream_switch_source/", Kind::kChange},
    Call{"dvr_enable/", Kind::kChange},
    Call{"dvr_disable/", Kind::kChange},
    Call{"config/stream_create", Kind::kChange},
    Call{"config/stream_delete", Kind::kChange},
    Call{"save_config", Kind::kChange},
    Call{"update_config", Kind::kChange},
    // Of later versions.
    Call{"files", Kind::kNotYet},
    Call{"playlist/", Kind::kNotYet},
    Call{"dvr_status/", Kind::kNotYet},
    Call{"list_files", Kind::kNotYet},
    Call{"modify_config", Kind::kNotYet},
    Call{"cluster_servers", Kind::kNotYet},
};

// "config/stream_create" -> "stream_create", "stream_restart/" -> "stream_restart"
std::string_view call_name(std::string_view path) {
  if (path.ends_with('/')) path.remove_suffix(1);
  const auto slash = path.rfind('/');
  return slash == std::string_view::npos ? path : path.substr(slash + 1);
}

ApiRoute parse_call(std::string_view path) {
  for (const Call& call : kCalls) {
    const bool has_name = call.path.ends_with('/');
    if (has_name ? !path.starts_with(call.path) : path != call.path) continue;
    return {call.kind, call_name(call.path), std::string(path.substr(call.path.size()))};
  }
  return {};
}

}  // namespace

std::optional<ApiRoute> parse_api_route(std::string_view path) {
  if (path.starts_with(kApiPrefix)) return parse_call(path.substr(kApiPrefix.size()));
  if (path == "/metrics") return ApiRoute{Kind::kMetrics, "metrics", ""};
  constexpr std::string_view kViewers = "/media_info.json";
  if (path.size() > kViewers.size() + 1 && path.ends_with(kViewers)) {
    path.remove_suffix(kViewers.size());
    path.remove_prefix(1);
    return ApiRoute{Kind::kViewerMediaInfo, "media_info", std::string(path)};
  }
  return std::nullopt;
}

}  // namespace flu::serve
