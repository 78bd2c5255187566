#include "tools/serve/live/playlist.h"

#include <algorithm>
#include <span>
#include <string>

#include <fmt/format.h>

#include "libcommon/manifest/segment_url.h"

namespace flu::serve {
namespace {

using segment::IndexRecord;

// The newest records that a playlist shows, oldest first, without a hole in their numbers.
std::span<const IndexRecord> shown(const store::WindowSnapshot& window) {
  std::span<const IndexRecord> records = window.segments;
  const std::size_t wanted = window.playlist_segments;
  if (wanted > 0 && records.size() > wanted) records = records.last(wanted);
  for (std::size_t i = records.size(); i-- > 1;) {
    if (records[i].seq != records[i - 1].seq + 1) return records.subspan(i);
  }
  return records;
}

std::string segment_uri(const IndexRecord& record, std::string_view base, std::string_view names) {
  return fmt::format("{}tracks-{}/{}.ts", base, names,
                     manifest::write_segment_path(
                         manifest::segment_time(record.start, media::Ticks(record.duration))));
}

bool has_flag(const IndexRecord& record, segment::RecordFlags flag) {
  return (record.flags & flag) != 0;
}

}  // namespace

std::optional<manifest::MediaPlaylist> make_playlist(const store::WindowSnapshot& window,
                                                     const TracksOf& tracks_of,
                                                     const manifest::TrackChoice& choice,
                                                     std::string_view segment_base) {
  manifest::MediaPlaylist playlist;
  playlist.target_duration = window.target_duration;
  playlist.is_independent = true;
  for (const IndexRecord& record : shown(window)) {
    const media::Tracks* tracks = tracks_of(record);
    const media::Tracks selected =
        tracks == nullptr ? media::Tracks{} : manifest::select_tracks(*tracks, choice);
    if (selected.empty()) {
      playlist.segments.clear();
      playlist.is_independent = true;
      continue;
    }
    const bool is_discontinuity = has_flag(record, segment::kDiscont);
    if (playlist.segments.empty()) {
      playlist.media_sequence = record.seq;
      // A record's disc_seq counts its own discontinuity; the playlist's those before its first
      // tag (RFC 8216 4.3.3.3).
      playlist.discontinuity_sequence = record.disc_seq - (is_discontinuity ? 1 : 0);
    }
    playlist.is_independent = playlist.is_independent && record.sap == 1;
    playlist.segments.push_back(
        {segment_uri(record, segment_base, manifest::write_track_names(*tracks, selected)),
         record.start, media::Ticks(record.duration), is_discontinuity});
  }
  if (playlist.segments.empty()) return std::nullopt;
  return playlist;
}

}  // namespace flu::serve
