#include "tools/serve/live/playlist.h"

#include <algorithm>
#include <optional>
#include <span>
#include <utility>

#include <fmt/format.h>

#include "libcommon/manifest/segment_url.h"
#include "libcommon/segment/archive_timeline.h"
#include "tools/serve/live/fmp4.h"

namespace flu::serve {
namespace {

using segment::IndexRecord;

bool has_flag(const IndexRecord& record, segment::RecordFlags flag) {
  return (record.flags & flag) != 0;
}

std::string_view suffix_of(Format format) {
  switch (format) {
    case Format::kTs: return ".ts";
    case Format::kFmp4: return ".m4s";
    case Format::kText: return ".vtt";
  }
  return {};
}

// Leaves those that segments of `format` can have.
Result<void> keep_playable(media::Tracks& tracks, Format format) {
  const media::Track first = tracks.front();
  std::erase_if(tracks, [&](const auto& track) {
    if (format == Format::kFmp4) return !manifest::is_for_fmp4(track.codec);
    return media::is_text(track) != (format == Format::kText);
  });
  if (!tracks.empty()) return {};
  if (format == Format::kText) {
    return fail(ErrorCode::kUnsupported,
                fmt::format("There is no text in {}: the same address with .m3u8 in place of "
                            ".vtt.m3u8 has it.",
                            media::to_string(first.codec)));
  }
  if (media::is_text(first)) {
    return fail(ErrorCode::kUnsupported,
                "Text stands apart from picture and sound: the same address with .vtt.m3u8 in "
                "place of .m3u8 has it.");
  }
  return fail(ErrorCode::kUnsupported,
              fmt::format("Fragmented MP4 has no {} for players; MPEG-TS has it: the same "
                          "address with .m3u8 in place of .fmp4.m3u8.",
                          media::to_string(first.codec)));
}

// Adds the segments of one window, or of an archive, and one choice of tracks.
class PlaylistBuilder {
 public:
  PlaylistBuilder(const Route& route, const SummaryOf& summary_of, std::uint32_t target_duration)
      : route_(&route), summary_of_(&summary_of) {
    playlist_.target_duration = target_duration;
    playlist_.is_independent = true;
  }

  void add(const IndexRecord& record, const media::Tracks& all) {
    if (!can_play(record, all)) return restart();
    add_segment(record, all, has_flag(record, segment::kDiscont));
  }

  // False: it has no such tracks.
  bool add_recorded(const IndexRecord& record, const media::Tracks& all, bool is_discontinuity) {
    if (!can_play(record, all)) return false;
    add_segment(record, all, is_discontinuity);
    return true;
  }

  // What came before does not belong to it.
  void restart() {
    playlist_.segments.clear();
    playlist_.is_independent = true;
  }

  Result<manifest::MediaPlaylist> finish() {
    if (missing_ && !missing_->empty()) {
      return fail(ErrorCode::kNotFound,
                  fmt::format("The stream has no track {}; it has {}.", *missing_, all_names_));
    }
    if (!playlist_.segments.empty()) return std::move(playlist_);
    if (refusal_) return tl::unexpected<Error>(std::move(*refusal_));
    return fail(ErrorCode::kUnavailable, "The tracks of the stream cannot be read.");
  }

 private:
  [[nodiscard]] bool is_fmp4() const { return route_->format == Format::kFmp4; }

  bool can_play(const IndexRecord& record, const media::Tracks& all) {
    const bool is_same = init_hash_ && *init_hash_ == record.init_hash;
    if (!is_same) select(all);
    init_hash_ = record.init_hash;
    return selection_.has_value();
  }

  void add_segment(const IndexRecord& record, const media::Tracks& all, bool is_discontinuity) {
    if (playlist_.segments.empty()) {
      playlist_.media_sequence = record.seq;
      // A record's disc_seq counts its own discontinuity; the playlist's those before its first
      // tag (RFC 8216 4.3.3.3).
      playlist_.discontinuity_sequence = record.disc_seq - (is_discontinuity ? 1 : 0);
    }
    playlist_.is_independent = playlist_.is_independent && is_independent(record, all);
    const auto time = manifest::segment_time(record.start, media::Ticks(record.duration));
    playlist_.segments.push_back(
        {folder_ + manifest::write_segment_path(time) + std::string(suffix_of(route_->format)),
         map_, record.start, media::Ticks(record.duration), is_discontinuity});
  }

  // Audio can begin anywhere.
  [[nodiscard]] bool is_independent(const IndexRecord& record, const media::Tracks& all) const {
    return std::all_of(
        selection_->tracks.begin(), selection_->tracks.end(), [&](const media::Track& track) {
          return track.kind != media::TrackKind::kVideo ||
                 first_sap(record, all, track.id, *summary_of_) == media::Sap::kClosed;
        });
  }

  void select(const media::Tracks& all) {
    // It is enough that some segment has all of the wish: tracks may come and go while a player
    // watches.
    if (!missing_ || !missing_->empty()) {
      missing_ = manifest::missing_in(all, route_->choice);
      if (missing_->empty()) missing_ = manifest::missing_in(all, route_->filter);
    }
    all_names_ = manifest::write_track_names(all, all);
    selection_.reset();
    auto selected = select_tracks(all, route_->choice, route_->format, route_->filter);
    if (!selected) {
      refusal_ = std::move(selected).error();
      return;
    }
    selection_ = std::move(*selected);
    folder_ = fmt::format("{}tracks-{}/", route_->segment_base, selection_->names);
    if (is_fmp4()) {
      map_ = folder_ + manifest::write_init_name(make_fmp4_init(selection_->tracks).hash);
    }
  }

  const Route* route_;
  const SummaryOf* summary_of_;
  manifest::MediaPlaylist playlist_;
  std::optional<std::uint32_t> init_hash_;  // that the following belong to
  std::optional<Selection> selection_;
  std::string folder_;
  std::string map_;
  std::optional<Error> refusal_;
  std::optional<std::string> missing_;  // asked for by its number; empty: some segment has all
  std::string all_names_;
};

}  // namespace

std::span<const IndexRecord> shown(const store::WindowSnapshot& window) {
  std::span<const IndexRecord> records = window.segments;
  const std::size_t wanted = window.playlist_segments;
  if (wanted > 0 && records.size() > wanted) records = records.last(wanted);
  for (std::size_t i = records.size(); i-- > 1;) {
    if (records[i].seq != records[i - 1].seq + 1) return records.subspan(i);
  }
  return records;
}

// The index knows it of the main track.
media::Sap first_sap(const IndexRecord& record, const media::Tracks& all, std::uint32_t track_id,
                     const SummaryOf& summary_of) {
  const media::Track* const main = media::main_track(all);
  if (main != nullptr && main->id == track_id) return static_cast<media::Sap>(record.sap);
  const container::SegmentSummary* const summary = summary_of ? summary_of(record) : nullptr;
  if (summary == nullptr) return media::Sap::kNone;
  for (const auto& track : summary->tracks) {
    if (track.track_id == track_id) return track.first_sap;
  }
  return media::Sap::kNone;
}

Result<Selection> select_tracks(const media::Tracks& tracks, const manifest::TrackChoice& choice,
                                Format format, const manifest::TrackChoice& filter) {
  media::Tracks selected = manifest::select_tracks(tracks, choice);
  const media::Tracks allowed = manifest::select_tracks(tracks, filter);
  std::erase_if(selected, [&](const media::Track& track) {
    return media::find_track(allowed, track.id) == nullptr;
  });
  if (selected.empty()) {
    return fail(ErrorCode::kNotFound, fmt::format("The stream has no such tracks; it has {}.",
                                                  manifest::write_track_names(tracks, tracks)));
  }
  FLU_TRY(keep_playable(selected, format));
  if (choice.is_one_of_kind) manifest::keep_one_of_kind(selected);
  std::string names = manifest::write_track_names(tracks, selected);
  return Selection{std::move(selected), std::move(names)};
}

Result<manifest::MediaPlaylist> make_playlist(const store::WindowSnapshot& window,
                                              const TracksOf& tracks_of,
                                              const SummaryOf& summary_of, const Route& route) {
  PlaylistBuilder builder(route, summary_of, window.target_duration);
  for (const IndexRecord& record : shown(window)) {
    if (const media::Tracks* const tracks = tracks_of(record)) {
      builder.add(record, *tracks);
    } else {
      builder.restart();
    }
  }
  return builder.finish();
}

bool is_break(const IndexRecord& before, const IndexRecord& after) {
  return has_flag(after, segment::kDiscont) || after.disc_seq != before.disc_seq ||
         after.init_hash != before.init_hash ||
         after.start - segment::end_of(before) >= segment::kGapTolerance;
}

Result<manifest::MediaPlaylist> make_recorded_playlist(std::span<const IndexRecord> records,
                                                       const TracksOf& tracks_of,
                                                       const Route& route) {
  const SummaryOf no_summary;
  PlaylistBuilder builder(route, no_summary, 0);
  const IndexRecord* last = nullptr;  // that is in it
  bool is_broken = false;
  for (const IndexRecord& record : records) {
    const bool is_discontinuity = last != nullptr && (is_broken || is_break(*last, record));
    const media::Tracks* const tracks = tracks_of(record);
    is_broken = tracks == nullptr || !builder.add_recorded(record, *tracks, is_discontinuity);
    if (!is_broken) last = &record;
  }
  auto playlist = builder.finish();
  if (playlist) playlist->discontinuity_sequence = 0;
  return playlist;
}

}  // namespace flu::serve
