// Tested by tests/e2e/serve/ll-hls-parser.sh
#include "tools/serve/ll/ll_window.h"

#include <algorithm>
#include <string_view>
#include <utility>

#include <fmt/format.h>

#include "libcommon/container/mp4/segment_box.h"
#include "libcommon/manifest/segment_url.h"
#include "tools/serve/live/fmp4.h"

namespace flu::serve {
namespace {

using segment::IndexRecord;

constexpr std::int64_t kTicksPerSecond = 90'000;

std::string part_uri(const std::string& folder, const std::string& name) {
  return folder + name + ".m4s";
}

std::string name_of(media::Timestamp segment, std::size_t index) {
  return manifest::write_part_path(manifest::part_name(segment, index));
}

}  // namespace

const GrowingSegment* LlWindow::growing() const {
  const GrowingSegment* const growing = feed_->growing();
  const auto* const window = live_->window();
  if (growing == nullptr || growing->told() == 0 || window == nullptr) return nullptr;
  if (window->segments.empty() || growing->seq() != window->segments.back().seq + 1) return nullptr;
  return growing;
}

media::Ticks LlWindow::part_target() const {
  if (const GrowingSegment* const now = growing()) return now->part_target();
  return media::Ticks(live_->window()->part_target);
}

Result<Body> LlWindow::map(const IndexRecord& record) {
  return live_->map_segment(record);
}

const PartsInfo* LlWindow::info_of(const IndexRecord& record) {
  const media::Ticks target = part_target();
  if (target.count() <= 0) return nullptr;
  if (std::exchange(infos_target_, target) != target) infos_.clear();
  const auto known = infos_.find(record.seq);
  if (known != infos_.end()) return &known->second;
  const media::Tracks* const tracks = live_->tracks_of(record);
  if (tracks == nullptr) return nullptr;
  const auto stored = map(record);
  if (!stored) return nullptr;
  auto parsed = container::parse_segment(stored->bytes);
  if (!parsed) {
    errors_.add(
        fmt::format("stream {}: segment {}: {}", live_->name(), record.seq, parsed.error().message),
        monotonic_now());
    return nullptr;
  }
  const SegmentParts parts(record.seq, stretch_of(record), target, *tracks,
                           std::move(parsed->tracks));
  infos_.erase(infos_.begin(), infos_.lower_bound(live_->window()->segments.front().seq));
  return &infos_.emplace(record.seq, parts.info(*tracks)).first->second;
}

LlWindow::Search LlWindow::find_number(std::uint64_t msn, std::optional<std::uint64_t> part) {
  const auto& records = live_->window()->segments;
  const std::uint64_t last = records.back().seq;
  const GrowingSegment* const now = growing();
  if (msn <= last) {
    if (!part || msn < records.front().seq) return Search::kThere;
    const auto record = std::find_if(records.begin(), records.end(),
                                     [&](const auto& candidate) { return candidate.seq == msn; });
    const PartsInfo* const info = record == records.end() ? nullptr : info_of(*record);
    if (info == nullptr || *part < info->count) return Search::kThere;
    ++msn;  // behind its last part: the first of the next (6.2.5.2)
    part = 0;
    if (msn <= last) return Search::kThere;
  }
  const std::uint64_t newest = now != nullptr ? last + 1 : last;
  if (msn > newest + 2) return Search::kNever;
  if (!part || msn > last + 1) return Search::kNotYet;
  const std::size_t told = now != nullptr ? now->told() : 0;
  if (*part < told) return Search::kThere;
  // The Advance Part Limit: three seconds of parts, or three.
  const std::int64_t ahead = std::max<std::int64_t>(
      3, 3 * kTicksPerSecond / std::max<std::int64_t>(1, part_target().count()));
  return *part > told + static_cast<std::uint64_t>(ahead) ? Search::kNever : Search::kNotYet;
}

// The first part behind that record's last.
LlWindow::Search LlWindow::find_behind(std::size_t record, Place& place) {
  const auto& records = live_->window()->segments;
  if (record + 1 < records.size()) {
    const PartsInfo* const info = info_of(records[record + 1]);
    place = {&records[record + 1], 0, info != nullptr && info->count == 1};
    return info == nullptr ? Search::kNever : Search::kThere;
  }
  if (growing() != nullptr) {
    place = {nullptr, 0, false};
    return Search::kThere;
  }
  return Search::kNotYet;
}

LlWindow::Search LlWindow::find_part(const manifest::PartName& name, bool is_settled,
                                     Place& place) {
  const auto& records = live_->window()->segments;
  for (std::size_t i = records.size(); i-- > 0;) {
    const auto start = manifest::part_name(records[i].start, 0);
    if (start.segment_ms < name.segment_ms) break;
    if (start.segment_ms != name.segment_ms) continue;
    const PartsInfo* const info = info_of(records[i]);
    if (info == nullptr || name.index > info->count) return Search::kNever;
    if (name.index == info->count) return find_behind(i, place);
    place = {&records[i], name.index, name.index + 1 == info->count};
    return Search::kThere;
  }
  const GrowingSegment* const now = growing();
  if (now != nullptr && manifest::part_name(now->record().start, 0).segment_ms == name.segment_ms) {
    place = {nullptr, name.index, false};
    if (name.index < now->told()) return Search::kThere;
    // Another worker may have told the client of more than this one knows.
    return name.index > now->told() + 1 && is_settled ? Search::kNever : Search::kNotYet;
  }
  // Another worker may have told the client of a segment that this one has not heard of yet.
  const media::Timestamp newest = now != nullptr ? now->record().start : records.back().start;
  const auto ahead = name.segment_ms - manifest::part_name(newest, 0).segment_ms;
  const std::int64_t near = 3000 * std::int64_t{live_->window()->target_duration};
  return ahead > 0 && (ahead <= near || !is_settled) ? Search::kNotYet : Search::kNever;
}

std::string LlWindow::first_name(std::size_t record) {
  const auto& records = live_->window()->segments;
  if (record > 0) {
    const PartsInfo* const before = info_of(records[record - 1]);
    if (before != nullptr) return name_of(records[record - 1].start, before->count);
  }
  return record < records.size() ? name_of(records[record].start, 0) : std::string();
}

LlWindow::Parts LlWindow::parts_of(const PartsInfo& info, const std::string& first,
                                   media::Timestamp start, const media::Tracks& selected,
                                   const std::string& folder) const {
  Parts parts;
  for (std::size_t i = 0; i < info.count; ++i) {
    parts.push_back({part_uri(folder, i == 0 ? first : name_of(start, i)), part_target(),
                     info.is_independent(i, selected)});
  }
  return parts;
}

Result<manifest::LlPlaylist> LlWindow::make_playlist(const Route& route) {
  manifest::LlPlaylist out;
  out.part_target = part_target();
  if (out.part_target.count() <= 0) {
    return fail(ErrorCode::kUnsupported, "The stream has no parts yet.");
  }
  FLU_TRY_ASSIGN(out.media, live_->media_playlist(route));
  const auto& records = live_->window()->segments;
  const auto first = std::find_if(records.begin(), records.end(), [&](const auto& record) {
    return record.seq == out.media.media_sequence;
  });
  if (first == records.end()) return fail(ErrorCode::kUnavailable, "The window has no segments.");
  add_parts(route, static_cast<std::size_t>(first - records.begin()), out);
  add_growing(route, out);
  return out;
}

// Of the newest segments, as many as can be shown.
void LlWindow::add_parts(const Route& route, std::size_t first_record, manifest::LlPlaylist& out) {
  const auto& records = live_->window()->segments;
  const media::Ticks shown(3 * kTicksPerSecond * manifest::target_duration_of(out.media));
  media::Ticks length{0};
  for (std::size_t i = out.media.segments.size(); i-- > 0 && length <= shown;) {
    const IndexRecord& record = records[first_record + i];
    const media::Tracks* const all = live_->tracks_of(record);
    const PartsInfo* const found = info_of(record);
    if (all == nullptr || found == nullptr) break;
    const PartsInfo info = *found;
    const auto selection = select_tracks(*all, route.choice, route.format, route.filter);
    if (!selection) break;
    const auto time = manifest::segment_time(record.start, media::Ticks(record.duration));
    std::string folder = out.media.segments[i].uri;
    folder.resize(folder.size() - manifest::write_segment_path(time).size() - 4);
    Parts parts =
        parts_of(info, first_name(first_record + i), record.start, selection->tracks, folder);
    if (!parts.empty()) {
      parts.back().duration = segment::PartGrid(record.start, out.part_target)
                                  .last_duration(parts.size(), media::Ticks(record.duration));
    }
    if (i + 1 == out.media.segments.size()) {
      out.hint = part_uri(folder, first_name(records.size()));
      add_reports(route, *selection, out);
    }
    out.parts.insert(out.parts.begin(), std::move(parts));
    length += media::Ticks(record.duration);
  }
  if (live_->window()->has_ended) out.hint.clear();
}

void LlWindow::add_growing(const Route& route, manifest::LlPlaylist& out) {
  const GrowingSegment* const now = growing();
  if (now == nullptr) return;
  const auto selection = select_tracks(now->tracks(), route.choice, route.format, route.filter);
  if (!selection) return;
  const std::string folder = fmt::format("{}tracks-{}/", route.segment_base, selection->names);
  manifest::MediaSegment segment;
  segment.map = folder + manifest::write_init_name(make_fmp4_init(selection->tracks).hash);
  segment.start = now->record().start;
  segment.is_discontinuity = (now->record().flags & segment::kDiscont) != 0;
  PartsInfo info = now->info();
  info.count = now->told();
  out.growing_parts = parts_of(info, first_name(live_->window()->segments.size()), segment.start,
                               selection->tracks, folder);
  out.growing = std::move(segment);
  out.hint = part_uri(folder, name_of(now->record().start, now->told()));
  add_reports(route, *selection, out);
}

Result<Selection> LlWindow::select(const Place& place, const Route& route) {
  const media::Tracks* const all =
      place.record != nullptr ? live_->tracks_of(*place.record) : &growing()->tracks();
  if (all == nullptr) return fail(ErrorCode::kUnavailable, "The tracks cannot be read.");
  return select_tracks(*all, route.choice, Format::kFmp4);
}

std::string LlWindow::key_of(const Place& place, const Selection& selection) const {
  const IndexRecord& record = place.record != nullptr ? *place.record : growing()->record();
  return fmt::format("{}\n{}-{}-{:08x}-{}-p{}", live_->name(), record.start.count(), record.seq,
                     record.init_hash, selection.names, place.index);
}

Result<SentSegment> LlWindow::make_part(const Place& place, const Selection& selection) {
  std::vector<std::uint32_t> ids;
  for (const media::Track& track : selection.tracks) ids.push_back(track.id);
  Buffer bytes;
  if (place.record == nullptr) {
    const SegmentParts parts = growing()->parts();
    FLU_TRY_ASSIGN(PartLayout layout, parts.layout(place.index, ids, place.is_last));
    bytes = std::move(layout.head);
    for (const auto& range : layout.data) {
      if (range.silence.empty()) {
        FLU_TRY_ASSIGN(const Buffer data, feed_->read(range.offset, range.size));
        append(bytes, data);
      } else {
        append(bytes, range.silence);
      }
    }
  } else {
    FLU_TRY_ASSIGN(const Body stored, map(*place.record));
    FLU_TRY_ASSIGN(container::ParsedSegment parsed, container::parse_segment(stored.bytes));
    const media::Tracks* const all = live_->tracks_of(*place.record);
    if (all == nullptr) return fail(ErrorCode::kUnavailable, "the tracks cannot be read");
    const SegmentParts parts(place.record->seq, stretch_of(*place.record), part_target(), *all,
                             std::move(parsed.tracks));
    FLU_TRY_ASSIGN(PartLayout layout, parts.layout(place.index, ids, place.is_last));
    bytes = std::move(layout.head);
    for (const auto& range : layout.data) {
      append(bytes, range.silence.empty() ? stored.bytes.subspan(range.offset, range.size)
                                          : range.silence);
    }
  }
  SentSegment out{make_body(std::move(bytes)), {}};
  out.etag = make_etag(out.body.bytes);
  return out;
}

// Every other playlist of the index, where this is one of them.
void LlWindow::add_reports(const Route& route, const Selection& selection,
                           manifest::LlPlaylist& out) {
  out.reports.clear();
  if (route.list != List::kSegments) return;
  const std::uint32_t init = live_->window()->segments.back().init_hash;
  const std::string key = fmt::format("{:08x} {}", init, route.filter.key());
  if (std::exchange(renditions_key_, key) != key) {
    Route index = route;
    index.list = List::kIndex;
    index.segment_base.clear();
    renditions_.clear();
    if (const auto master = live_->master(index)) {
      for (const auto& variant : master->variants) renditions_.push_back(variant.uri);
      for (const auto& rendition : master->audio) renditions_.push_back(rendition.uri);
    }
    std::sort(renditions_.begin(), renditions_.end());
    renditions_.erase(std::unique(renditions_.begin(), renditions_.end()), renditions_.end());
  }
  const std::string own = fmt::format("tracks-{}/", selection.names);
  const bool is_member = std::any_of(renditions_.begin(), renditions_.end(),
                                     [&](const auto& uri) { return uri.starts_with(own); });
  if (!is_member) return;
  for (const std::string& uri : renditions_) {
    if (!uri.empty() && !uri.starts_with(own)) out.reports.push_back({route.segment_base + uri});
  }
}

}  // namespace flu::serve
