#pragma once

#include <cstdint>
#include <functional>
#include <optional>
#include <string>
#include <vector>

#include "libcommon/base/result.h"
#include "libcommon/store/window_reader.h"
#include "tools/serve/http/response.h"
#include "tools/serve/live/playlist.h"
#include "tools/serve/live/splice_log.h"
#include "tools/serve/live/variants.h"
#include "tools/serve/route.h"

namespace flu::serve {

// The HLS playlists of one stream, each built once for a change of the window.
class HlsPlaylists {
 public:
  // `tracks_of` and `summary_of` outlive it.
  HlsPlaylists(TracksOf tracks_of, SummaryOf summary_of);

  // A complete answer; the window has segments.
  Response answer(const store::WindowSnapshot& window, const Route& route);

  // Variants, where an index has them; nullopt: segments.
  [[nodiscard]] std::optional<manifest::MasterPlaylist> master(const store::WindowSnapshot& window,
                                                               const Route& route) const;

  // A list of segments as it is written.
  Result<manifest::MediaPlaylist> media(const store::WindowSnapshot& window, const Route& route);

  void clear() { built_.clear(); }

 private:
  // What of a route makes another playlist.
  struct Asked {
    Format format = Format::kTs;
    List list = List::kSegments;
    bool has_audio_only = false;
    bool is_low_latency = false;
    manifest::TrackChoice choice;
    manifest::TrackChoice filter;
    std::string segment_base;

    [[nodiscard]] bool is_of(const Route& route) const;
  };
  struct Built {
    Asked asked;
    std::uint64_t generation = 0;
    Response response;
  };

  const Response& find_or_build(const store::WindowSnapshot& window, const Route& route);
  Response build(const store::WindowSnapshot& window, const Route& route);
  Result<std::string> write(const store::WindowSnapshot& window, const Route& route);
  void note_splices(const store::WindowSnapshot& window);
  [[nodiscard]] VariantSource source_of(const store::WindowSnapshot& window,
                                        const media::Tracks& all, media::Tracks tracks) const;

  TracksOf tracks_of_;
  SummaryOf summary_of_;
  std::vector<Built> built_;  // kMaxPlaylists at most
  SpliceLog splices_;
  std::uint64_t noted_ = 0;  // the generation whose splices are in it
};

// What is wrong with the choice of a client, or with us.
Response refusal(const Error& error);

}  // namespace flu::serve
