// Tested by tests/e2e/serve/tracks-ffprobe.sh
#include "tools/serve/live/stream.h"

#include <algorithm>
#include <utility>

#include <fmt/format.h>

#include "libcommon/container/mp4/limits.h"
#include "libcommon/container/mp4/movie_file.h"
#include "libcommon/io/file.h"
#include "libcommon/io/mapped_file.h"
#include "libcommon/store/window_names.h"
#include "tools/serve/limits.h"
#include "tools/serve/live/fmp4.h"
#include "tools/serve/live/segment_answer.h"

namespace flu::serve {
namespace {

constexpr std::size_t kMaxTrackSets = 16;  // different inits remembered

constexpr media::Ticks kStillDuration = std::chrono::seconds(1);

}  // namespace

LiveStream::LiveStream(std::string name, std::string folder, SegmentCache& cache)
    : name_(std::move(name)),
      folder_(std::move(folder)),
      cache_(&cache),
      playlists_([this](const auto& record) { return tracks_of(record); },
                 [this](const auto& record) { return summary_of(record); }),
      manifests_([this](const auto& record) { return tracks_of(record); },
                 [this](const auto& record) { return summary_of(record); }) {}

void LiveStream::refresh(MonotonicTime now) {
  if (window_ == nullptr || now - looked_at_ >= kWindowCheck) refresh_now();
}

void LiveStream::refresh_now() {
  const MonotonicTime now = monotonic_now();
  looked_at_ = now;
  if (!reader_) {
    auto reader = store::WindowReader::open(folder_);
    if (!reader) {
      if (reader.error().code != ErrorCode::kNotFound) errors_.add(reader.error().message, now);
      return;
    }
    reader_.emplace(std::move(*reader));
    playlists_.clear();
    manifests_.clear();
  }
  const auto window = reader_->refresh();
  if (window) {
    window_ = *window;
    summaries_.forget_before(*window_);
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

const container::SegmentSummary* LiveStream::summary_of(const segment::IndexRecord& record) {
  const media::Tracks* const tracks = tracks_of(record);
  if (tracks == nullptr) return nullptr;
  const container::SegmentSummary* const summary = summaries_.of(record, *reader_, *tracks);
  if (const auto error = summaries_.take_error()) {
    errors_.add(fmt::format("stream {}: {}", name_, error->message), monotonic_now());
  }
  return summary;
}

Response LiveStream::playlist(const Route& route) {
  return playlists_.answer(*window_, route);
}

const segment::IndexRecord* LiveStream::find_record(const manifest::SegmentTime& time) const {
  if (window_ == nullptr) return nullptr;
  const auto& records = window_->segments;
  const auto record = std::find_if(records.rbegin(), records.rend(), [&](const auto& candidate) {
    return manifest::is_same_segment(
        time, manifest::segment_time(candidate.start, media::Ticks(candidate.duration)));
  });
  return record == records.rend() ? nullptr : &*record;
}

// Where the segment of the chosen track begins, as an MPD says it.
const segment::IndexRecord* LiveStream::find_timed(const manifest::TrackChoice& choice,
                                                   media::Timestamp time) {
  constexpr media::Ticks kFarthest = std::chrono::minutes(2);  // sound begins a little beside
  if (window_ == nullptr) return nullptr;
  const auto& records = window_->segments;
  for (auto record = records.rbegin(); record != records.rend(); ++record) {
    if (record->start - time > kFarthest || time - record->start > kFarthest) continue;
    const media::Tracks* const tracks = tracks_of(*record);
    const container::SegmentSummary* const summary = summary_of(*record);
    if (tracks == nullptr || summary == nullptr) continue;
    const auto selection = select_tracks(*tracks, choice, Format::kFmp4);
    if (!selection) continue;
    for (const auto& track : summary->tracks) {
      if (track.track_id == selection->tracks.front().id && track.start == time) return &*record;
    }
  }
  return nullptr;
}

Response LiveStream::mpd(const Route& route, WallTime now) {
  return manifests_.answer(*window_, route, now);
}

Response LiveStream::segment(const Route& route, const PidWishes& pids) {
  const segment::IndexRecord* const record =
      route.media_time ? find_timed(route.choice, *route.media_time) : find_record(route.time);
  if (record == nullptr) return no_such_segment();
  const media::Tracks* const tracks = tracks_of(*record);
  if (tracks == nullptr) return unreadable();
  const auto selection = select_for_segment(*tracks, route);
  if (!selection) return refusal(selection.error());
  const auto segment = sent_segment(*record, *selection, route.format, pids);
  if (!segment) {
    return segment.error().code == ErrorCode::kNotFound ? no_such_segment() : unreadable();
  }
  return segment_response(*segment, route.format);
}

// Those of all segments that can still be fetched: a player may ask for it with the last of them.
Response LiveStream::init(const Route& route) {
  std::optional<std::uint32_t> last;
  const std::size_t count = window_ == nullptr ? 0 : window_->segments.size();
  for (std::size_t i = count; i-- > 0;) {
    const segment::IndexRecord& record = window_->segments[i];
    if (last == record.init_hash) continue;
    last = record.init_hash;
    const media::Tracks* const tracks = tracks_of(record);
    if (tracks == nullptr) continue;
    const auto selection = select_tracks(*tracks, route.choice, Format::kFmp4);
    if (!selection) continue;
    PlayerInit init = make_fmp4_init(selection->tracks);
    if (init.hash != route.init_hash) continue;
    return init_response(std::move(init));
  }
  return no_such_init();
}

Response LiveStream::still() {
  const auto& records = window_->segments;
  const media::Tracks* const newest = tracks_of(records.back());
  if (newest == nullptr) return unreadable();
  const media::Track* const main = media::main_track(*newest);
  if (main == nullptr || main->kind != media::TrackKind::kVideo) {
    return error_response(404, "The stream has no video.");
  }
  // A long group of pictures may have no key frame in some segment; files may go meanwhile.
  for (auto record = records.rbegin(); record != records.rend(); ++record) {
    const media::Tracks* const tracks = record->key_size == 0 ? nullptr : tracks_of(*record);
    const media::Track* const track = tracks == nullptr ? nullptr : media::main_track(*tracks);
    if (track == nullptr) continue;
    if (!manifest::is_for_fmp4(track->codec)) {
      return error_response(415, fmt::format("Players take no {} in MP4: there is no preview.",
                                             media::to_string(track->codec)));
    }
    const auto picture = sent_still(*record, *track);
    if (!picture) continue;
    Response response;
    response.content_type = "video/mp4";
    response.cache_control = "public, max-age=1";
    response.etag = (*picture)->etag;
    response.modified = (*picture)->modified;
    response.allows_ranges = true;
    response.body = {*picture, (*picture)->body.bytes};
    return response;
  }
  return error_response(404, "The stream has no key frame now.");
}

Result<std::shared_ptr<const SentSegment>> LiveStream::sent_still(
    const segment::IndexRecord& record, const media::Track& track) {
  const std::string key =
      fmt::format("{}\n{}-{:08x}-preview.mp4", name_, record.start.count(), record.data_crc);
  if (auto cached = cache_->find(key)) return cached;
  auto picture = read_picture(record);
  if (!picture) {
    Error error = std::move(picture).error().with_context(
        fmt::format("stream {}: key frame of segment {}", name_, record.seq));
    if (error.code != ErrorCode::kNotFound) errors_.add(error.message, monotonic_now());
    return tl::unexpected(std::move(error));
  }
  auto still = std::make_shared<SentSegment>();
  still->body = make_body(container::write_still(track, *picture, kStillDuration));
  still->etag = make_etag(still->body.bytes);
  still->modified = modified_at(record);
  cache_->add(key, still);
  return still;
}

Result<Buffer> LiveStream::read_picture(const segment::IndexRecord& record) const {
  if (record.key_size > container::kMaxSampleBytes) {
    return fail(ErrorCode::kLimitExceeded, fmt::format("{} bytes", record.key_size));
  }
  FLU_TRY_ASSIGN(const UniqueFd file, reader_->open_segment(record));
  FLU_TRY_ASSIGN(Buffer picture,
                 io::pread_up_to(file.get(), record.key_size, record.key_relative, "segment"));
  if (picture.size() != record.key_size) {
    return fail(ErrorCode::kMalformed, fmt::format("wanted {} bytes at {}, got {}", record.key_size,
                                                   record.key_relative, picture.size()));
  }
  return picture;
}

Result<std::shared_ptr<const SentSegment>> LiveStream::sent_segment(
    const segment::IndexRecord& record, const Selection& selection, Format format,
    const PidWishes& pids) {
  if (format == Format::kTs && pids != pids_) {
    pids_ = pids;
    cache_->drop(name_ + "\n", ".ts");
  }
  // The checksum tells two segments apart that have one name: a stream that was started anew.
  const std::string key =
      fmt::format("{}\n{}-{}-{:08x}-{}{}", name_, record.start.count(), record.duration,
                  record.data_crc, selection.names, ending_of(format, pids));
  if (auto cached = cache_->find(key)) return cached;
  auto made = make_segment(record, selection.tracks, format, pids);
  if (!made) {
    Error error = std::move(made).error().with_context(
        fmt::format("stream {}: segment {}", name_, record.seq));
    if (error.code != ErrorCode::kNotFound) errors_.add(error.message, monotonic_now());
    return tl::unexpected(std::move(error));
  }
  made->modified = modified_at(record);
  auto segment = std::make_shared<const SentSegment>(std::move(*made));
  cache_->add(key, segment);
  return segment;
}

Result<SentSegment> LiveStream::make_segment(const segment::IndexRecord& record,
                                             const media::Tracks& tracks, Format format,
                                             const PidWishes& pids) {
  FLU_TRY_ASSIGN(Body stored, map_segment(record));
  const media::Tracks* const all = tracks_of(record);
  return make_sent_segment(stored, record, {all ? *all : tracks, tracks, format, pids});
}

std::optional<WallTime> LiveStream::modified_at(const segment::IndexRecord& record) const {
  return io::modified_at(store::in_folder(folder_, store::segment_file(record.start)));
}

Result<Body> LiveStream::map_segment(const segment::IndexRecord& record) const {
  FLU_TRY_ASSIGN(const UniqueFd file, reader_->open_segment(record));
  FLU_TRY_ASSIGN(io::MappedFile mapped, io::MappedFile::map(file.get(), record.size, "segment"));
  auto owner = std::make_shared<const io::MappedFile>(std::move(mapped));
  const Bytes stored = owner->bytes();
  return Body{std::move(owner), stored};
}

std::optional<manifest::MasterPlaylist> LiveStream::master(const Route& route) const {
  return playlists_.master(*window_, route);
}

Result<manifest::MediaPlaylist> LiveStream::media_playlist(const Route& route) {
  return playlists_.media(*window_, route);
}

}  // namespace flu::serve
