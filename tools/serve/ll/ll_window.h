#pragma once

#include <cstdint>
#include <map>
#include <optional>
#include <string>
#include <vector>

#include "libcommon/base/log.h"
#include "libcommon/base/result.h"
#include "libcommon/manifest/ll_playlist.h"
#include "libcommon/manifest/part_url.h"
#include "tools/serve/live/segment_cache.h"
#include "tools/serve/live/stream.h"
#include "tools/serve/ll/parts_feed.h"
#include "tools/serve/ll/segment_parts.h"
#include "tools/serve/route.h"

namespace flu::serve {

// A stream's finished segments and the growing one as parts.
class LlWindow {
 public:
  // Where a part is to be found.
  struct Place {
    const segment::IndexRecord* record = nullptr;  // of a finished segment; null: the growing one
    std::size_t index = 0;
    bool is_last = false;
  };
  enum class Search { kThere, kNotYet, kNever };

  LlWindow(LiveStream& live, const PartsFeed& feed) : live_(&live), feed_(&feed) {}

  // Is that segment or part in the playlist (_HLS_msn, _HLS_part), is it to be waited for, or is it
  // too far ahead?
  Search find_number(std::uint64_t msn, std::optional<std::uint64_t> part);
  // `is_settled`: what is not known does not come.
  Search find_part(const manifest::PartName& name, bool is_settled, Place& place);

  Result<manifest::LlPlaylist> make_playlist(const Route& route);
  // In the folder of the route's tracks. kNotFound in words for the client.
  Result<Selection> select(const Place& place, const Route& route);
  // Names the bytes of a part with these tracks.
  [[nodiscard]] std::string key_of(const Place& place, const Selection& selection) const;
  Result<SentSegment> make_part(const Place& place, const Selection& selection);

  // The segment that grows behind the window's last one; null where none of its parts is told.
  [[nodiscard]] const GrowingSegment* growing() const;

 private:
  using Parts = std::vector<manifest::LlPlaylist::Part>;

  [[nodiscard]] media::Ticks part_target() const;
  const PartsInfo* info_of(const segment::IndexRecord& record);
  Result<Body> map(const segment::IndexRecord& record);
  Search find_behind(std::size_t record, Place& place);
  void add_parts(const Route& route, std::size_t first_record, manifest::LlPlaylist& out);
  void add_reports(const Route& route, const Selection& selection, manifest::LlPlaylist& out);
  void add_growing(const Route& route, manifest::LlPlaylist& out);
  Parts parts_of(const PartsInfo& info, const std::string& first, media::Timestamp start,
                 const media::Tracks& selected, const std::string& folder) const;
  // The name of the first part of that record; past the last record: of what comes.
  std::string first_name(std::size_t record);

  LiveStream* live_;
  const PartsFeed* feed_;
  std::map<std::uint32_t, PartsInfo> infos_;  // by seq
  media::Ticks infos_target_{0};
  std::vector<std::string> renditions_;  // the playlists of the index
  std::string renditions_key_;
  RateLimitedLog errors_{LogLevel::kAlert};
};

}  // namespace flu::serve
