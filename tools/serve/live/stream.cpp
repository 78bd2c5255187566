// Tested by tests/e2e/serve/tracks-ffprobe.sh
#include "tools/serve/live/stream.h"

#include <algorithm>
#include <utility>

#include <fmt/format.h>

#include "libcommon/base/crc32c.h"
#include "libcommon/io/file.h"
#include "tools/serve/limits.h"
#include "tools/serve/live/playlist.h"
#include "tools/serve/live/ts_segment.h"

namespace flu::serve {
namespace {

constexpr std::size_t kMaxTrackSets = 16;  // different inits remembered

tl::unexpected<Error> no_such_tracks(const std::string& name) {
  return fail(ErrorCode::kNotFound, fmt::format("stream {}: no such tracks", name));
}

}  // namespace

LiveStream::LiveStream(std::string name, std::string folder, SegmentCache& cache)
    : name_(std::move(name)), folder_(std::move(folder)), cache_(&cache) {}

void LiveStream::refresh(MonotonicTime now) {
  if (window_ != nullptr && now - looked_at_ < kWindowCheck) return;
  looked_at_ = now;
  if (!reader_) {
    auto reader = store::WindowReader::open(folder_);
    if (!reader) {
      if (reader.error().code != ErrorCode::kNotFound) errors_.add(reader.error().message, now);
      return;
    }
    reader_.emplace(std::move(*reader));
    playlists_.clear();
  }
  const auto window = reader_->refresh();
  if (window) {
    window_ = *window;
    return;
  }
  if (window.error().code != ErrorCode::kNotFound) errors_.add(window.error().message, now);
  window_ = nullptr;
  reader_.reset();
}

bool LiveStream::has_segments() const {
  return window_ != nullptr && !window_->segments.empty();
}

const media::Tracks* LiveStream::tracks_of(const segment::IndexRecord& record) {
  const auto known = tracks_.find(record.init_hash);
  if (known != tracks_.end()) return &known->second;
  auto tracks = reader_->tracks(record);
  if (!tracks) {
    errors_.add(fmt::format("stream {}: {}", name_, tracks.error().message), monotonic_now());
    return nullptr;
  }
  if (tracks_.size() == kMaxTrackSets) tracks_.clear();
  return &tracks_.emplace(record.init_hash, std::move(*tracks)).first->second;
}

LiveStream::BuiltPlaylist LiveStream::build_playlist(const Route& route) {
  BuiltPlaylist built;
  built.generation = window_->generation;
  const auto playlist = make_playlist(
      *window_, [this](const segment::IndexRecord& record) { return tracks_of(record); },
      route.choice, route.segment_base);
  built.is_empty = !playlist;
  if (!playlist) return built;
  built.body = make_body(manifest::write_media_playlist(*playlist));
  built.etag = fmt::format("\"{:08x}-{:x}\"", crc32c(built.body.bytes), built.body.bytes.size());
  return built;
}

Result<Response> LiveStream::playlist(const Route& route) {
  const std::string key = fmt::format("{}{}", route.choice.key(), route.segment_base);
  auto place = playlists_.find(key);
  if (place == playlists_.end() || place->second.generation != window_->generation) {
    if (place == playlists_.end() && playlists_.size() == kMaxPlaylists) playlists_.clear();
    place = playlists_.insert_or_assign(key, build_playlist(route)).first;
  }
  if (place->second.is_empty) return no_such_tracks(name_);
  Response response;
  response.content_type = "application/vnd.apple.mpegurl";
  response.cache_control = "public, max-age=1";
  response.etag = place->second.etag;
  response.allows_ranges = true;
  response.body = place->second.body;
  return response;
}

Result<Response> LiveStream::segment(const Route& route) {
  if (window_ == nullptr) return fail(ErrorCode::kNotFound, "no live window");
  const auto& records = window_->segments;
  const auto record = std::find_if(records.rbegin(), records.rend(), [&](const auto& candidate) {
    return manifest::is_same_segment(
        route.time, manifest::segment_time(candidate.start, media::Ticks(candidate.duration)));
  });
  if (record == records.rend()) {
    return fail(ErrorCode::kNotFound, fmt::format("stream {}: no such segment", name_));
  }
  const media::Tracks* tracks = tracks_of(*record);
  if (tracks == nullptr) return fail(ErrorCode::kUnavailable, "the tracks cannot be read");
  const media::Tracks selected = manifest::select_tracks(*tracks, route.choice);
  if (selected.empty()) return no_such_tracks(name_);
  FLU_TRY_ASSIGN(const std::shared_ptr<const TsSegment> segment,
                 ts_segment(*record, selected, manifest::write_track_names(*tracks, selected)));
  Response response;
  response.content_type = "video/mp2t";
  response.cache_control = "public, max-age=31536000, immutable";
  response.etag = segment->etag;
  response.allows_ranges = true;
  response.body = {segment, segment->bytes};
  return response;
}

Result<std::shared_ptr<const TsSegment>> LiveStream::ts_segment(const segment::IndexRecord& record,
                                                                const media::Tracks& tracks,
                                                                const std::string& track_names) {
  // The checksum tells two segments apart that have one name: a stream that was started anew.
  const std::string key = fmt::format("{}\n{}-{}-{:08x}-{}", name_, record.start.count(),
                                      record.duration, record.data_crc, track_names);
  if (auto cached = cache_->find(key)) return cached;
  FLU_TRY_ASSIGN(const UniqueFd file, reader_->open_segment(record));
  FLU_TRY_ASSIGN(const Buffer stored,
                 io::pread_up_to(file.get(), record.size, record.offset, "segment"));
  auto made = make_ts_segment(stored, tracks);
  if (!made) {
    Error error = std::move(made).error().with_context(
        fmt::format("stream {}: segment {}", name_, record.seq));
    errors_.add(error.message, monotonic_now());
    return tl::unexpected(std::move(error));
  }
  auto segment = std::make_shared<const TsSegment>(std::move(*made));
  cache_->add(key, segment);
  return segment;
}

}  // namespace flu::serve
