// From a request's target to a stream and a segment: what comes out names nothing outside.
#include <cstdint>
#include <string>

#include "libcommon/base/bytes.h"
#include "libcommon/base/check.h"
#include "libcommon/base/text.h"
#include "libcommon/manifest/segment_url.h"
#include "libcommon/manifest/track_choice.h"
#include "libcommon/wire/http/target.h"
#include "tools/serve/api/api_route.h"
#include "tools/serve/limits.h"
#include "tools/serve/route.h"

extern "C" int LLVMFuzzerTestOneInput(const std::uint8_t* data, std::size_t size) {
  using flu::serve::Route;
  const auto target = flu::wire::parse_http_target(flu::as_text({data, size}));
  if (!target) return 0;
  FLU_CHECK(target->path.find('\0') == std::string::npos);
  flu::wire::query_value(target->query, "url");
  const auto call = flu::serve::parse_api_route(target->path);
  FLU_CHECK(!call || call->name.size() < target->path.size());
  auto route = flu::serve::parse_route(target->path);
  if (!route || route->kind == Route::Kind::kIndex) return 0;
  if (route->kind == Route::Kind::kAsset) {
    const auto slash = route->asset.find('/');
    FLU_CHECK(slash > 0 && slash == route->asset.rfind('/') && slash + 1 < route->asset.size());
    return 0;
  }
  FLU_CHECK(flu::is_stream_name(route->stream));
  const std::string folder = flu::stream_folder(route->stream);
  FLU_CHECK(folder.find('/') == std::string::npos && folder.front() != '.');
  if (const auto before = *route; !flu::serve::take_query(target->query, *route)) *route = before;
  FLU_CHECK(route->query.size() <= flu::serve::kMaxCarriedQuery);
  FLU_CHECK(route->query.find_first_of("\r\n\"") == std::string::npos);  // stands in playlists
  if (route->kind == Route::Kind::kSegment) {
    const auto again =
        flu::manifest::parse_segment_path(flu::manifest::write_segment_path(route->time));
    FLU_CHECK(again == route->time);
  }
  if (route->kind == Route::Kind::kInit) {
    const std::string name = flu::manifest::write_init_name(route->init_hash);
    FLU_CHECK(flu::manifest::parse_init_name(name) == route->init_hash);
    FLU_CHECK(target->path.ends_with("/" + name));
  }
  flu::media::Tracks tracks(3);
  for (std::uint32_t i = 0; i < 3; ++i) tracks[i].id = i + 1;
  tracks[2].kind = flu::media::TrackKind::kAudio;
  const auto selected = flu::manifest::select_tracks(tracks, route->choice);
  FLU_CHECK(selected.size() <= tracks.size());
  // What is named in a playlist can be asked for.
  if (!selected.empty()) {
    const auto again =
        flu::manifest::parse_track_choice(flu::manifest::write_track_names(tracks, selected));
    FLU_CHECK(again && flu::manifest::select_tracks(tracks, *again) == selected);
    FLU_CHECK(flu::manifest::missing_in(tracks, *again).empty());
  }
  return 0;
}
