#pragma once

#include <cstdint>
#include <map>
#include <memory>
#include <optional>
#include <string>
#include <string_view>

#include "libcommon/base/clock.h"
#include "libcommon/base/log.h"
#include "libcommon/base/result.h"
#include "libcommon/store/window_reader.h"
#include "tools/serve/http/response.h"
#include "tools/serve/live/dash_manifests.h"
#include "tools/serve/live/hls_playlists.h"
#include "tools/serve/live/playlist.h"
#include "tools/serve/live/segment_cache.h"
#include "tools/serve/live/summary_cache.h"
#include "tools/serve/live/ts_pids.h"
#include "tools/serve/route.h"

namespace flu::serve {

// One stream's live window as this worker serves it.
class LiveStream {
 public:
  LiveStream(std::string name, std::string folder, SegmentCache& cache);
  LiveStream(const LiveStream&) = delete;
  LiveStream& operator=(const LiveStream&) = delete;

  // Looks at the window, unless it was looked at a moment ago.
  void refresh(MonotonicTime now);
  void refresh_now();  // something is known to be new

  [[nodiscard]] const std::string& name() const { return name_; }
  [[nodiscard]] bool has_segments() const;

  // A complete playlist, built once for each change of the window. Only while has_segments().
  Response playlist(const Route& route);

  // The same of MPDs. `now` tells whether an end is final.
  Response mpd(const Route& route, WallTime now);

  // What an index has instead of segments, where there is something to choose from.
  [[nodiscard]] std::optional<manifest::MasterPlaylist> master(const Route& route) const;

  // For who makes more of it (LL-HLS); only while has_segments(). The window and tracks are those
  // of the last refresh.
  [[nodiscard]] const store::WindowSnapshot* window() const { return window_; }
  const media::Tracks* tracks_of(const segment::IndexRecord& record);
  Result<manifest::MediaPlaylist> media_playlist(const Route& route);
  [[nodiscard]] Result<Body> map_segment(const segment::IndexRecord& record) const;

  // Is that segment in the window? By its time.
  [[nodiscard]] bool has_segment(const Route& route) const {
    return find_record(route.time) != nullptr;
  }
  Response segment(const Route& route, const PidWishes& pids);
  Response init(const Route& route);

  // The first key frame of the newest segment that has one. Only while has_segments().
  Response still();

 private:
  // What bit rates and timelines are made of (manifest/track_worth.h); null where it cannot be
  // read.
  const container::SegmentSummary* summary_of(const segment::IndexRecord& record);
  [[nodiscard]] const segment::IndexRecord* find_record(const manifest::SegmentTime& time) const;
  const segment::IndexRecord* find_timed(const manifest::TrackChoice& choice,
                                         media::Timestamp time);
  Result<std::shared_ptr<const SentSegment>> sent_segment(const segment::IndexRecord& record,
                                                          const Selection& selection, Format format,
                                                          const PidWishes& pids);
  Result<std::shared_ptr<const SentSegment>> sent_still(const segment::IndexRecord& record,
                                                        const media::Track& track);
  [[nodiscard]] std::optional<WallTime> modified_at(const segment::IndexRecord& record) const;
  [[nodiscard]] Result<Buffer> read_picture(const segment::IndexRecord& record) const;
  [[nodiscard]] Result<SentSegment> make_segment(const segment::IndexRecord& record,
                                                 const media::Tracks& tracks, Format format,
                                                 const PidWishes& pids);

  std::string name_;
  std::string folder_;
  SegmentCache* cache_;
  PidWishes pids_;  // of the segments there
  std::optional<store::WindowReader> reader_;
  const store::WindowSnapshot* window_ = nullptr;  // the reader's
  MonotonicTime looked_at_{};
  HlsPlaylists playlists_;
  std::map<std::uint32_t, media::Tracks> tracks_;  // by init hash
  SummaryCache summaries_;
  DashManifests manifests_;
  RateLimitedLog errors_{LogLevel::kAlert};
};

}  // namespace flu::serve
