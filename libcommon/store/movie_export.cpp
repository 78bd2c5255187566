#include "libcommon/store/movie_export.h"

#include <algorithm>
#include <set>
#include <span>
#include <utility>

#include <fmt/format.h>

#include "libcommon/base/crc32c.h"
#include "libcommon/container/mp4/limits.h"
#include "libcommon/container/mp4/stored_samples.h"
#include "libcommon/io/file.h"
#include "libcommon/store/limits.h"

namespace flu::store {
namespace {

using container::SampleEntry;
using container::SegmentTrack;
using media::Ticks;
using segment::IndexRecord;

constexpr Ticks kTimelapseStep{3600};  // 25 a second

// Descriptors of DVB subtitles and teletext are ours alone in MP4.
bool has_place(media::CodecId codec) {
  return codec != media::CodecId::kDvbSubtitle && codec != media::CodecId::kTeletext;
}

// Of a track's samples, those that are shown in [from, to), with what has to be decoded for them.
std::span<const SampleEntry> cut(const media::Track& track, std::span<const SampleEntry> samples,
                                 const segment::TimeRange& range) {
  const bool is_video = track.kind == media::TrackKind::kVideo;
  std::size_t first = 0;
  for (std::size_t i = 0; i < samples.size(); ++i) {
    const SampleEntry& sample = samples[i];
    const media::Timestamp shown = sample.dts + sample.cts;
    if (is_video && sample.sap != media::Sap::kNone && shown <= range.from) first = i;
    if (!is_video && shown + sample.duration <= range.from) first = i + 1;
  }
  std::size_t past = first;
  for (std::size_t i = first; i < samples.size(); ++i) {
    if (samples[i].dts + samples[i].cts < range.to) past = i + 1;
  }
  return samples.subspan(first, past - first);
}

}  // namespace

// Builds a MovieExport, segment by segment.
class MoviePlanner {
 public:
  MoviePlanner(ArchiveReader& archive, const ExportWish& wish) : archive_(&archive), wish_(&wish) {}

  Result<MovieExport> run() {
    FLU_TRY_ASSIGN(const auto hours, archive_->hours(wish_->range));
    for (const segment::HourSummary& hour : hours) FLU_TRY(add_hour(hour));
    const ExportReport& report = out_.report_;
    if (report.segments == 0) {
      return fail(ErrorCode::kNotFound, report.damaged == 0
                                            ? "nothing is recorded in that time"
                                            : "nothing that is recorded in that time can be read");
    }
    if (wish_->timelapse) FLU_TRY(lay_out_timelapse());
    if (movie_.is_empty()) {
      return fail(ErrorCode::kUnsupported, "none of the tracks has a place in MP4");
    }
    finish();
    return std::move(out_);
  }

 private:
  using BlobKey = std::pair<segment::Hour, std::uint16_t>;

  static BlobKey blob_key(const IndexRecord& record) {
    return {segment::hour_of(record.start), record.blob};
  }

  struct KeyFrame {
    const media::Track* track = nullptr;
    std::uint64_t at = 0;  // in the movie's media
    std::uint32_t size = 0;
  };

  // Hour by hour: who asks for years is refused before their records fill the memory.
  Result<void> add_hour(const segment::HourSummary& hour) {
    FLU_TRY_ASSIGN(const std::vector<IndexRecord> records,
                   archive_->segments({std::max(wish_->range.from, hour.first),
                                       std::min(wish_->range.to, hour.last)}));
    for (const IndexRecord& record : records) {
      if (segment::hour_of(record.start) != hour.hour) continue;  // it reaches into this one
      const auto added = add(record);
      if (added) continue;
      if (added.error().code == ErrorCode::kLimitExceeded) return tl::unexpected(added.error());
      if (out_.report_.damaged++ == 0) out_.report_.trouble = added.error().message;
    }
    return {};
  }

  Result<void> add(const IndexRecord& record) {
    FLU_TRY_ASSIGN(const std::size_t blob, blob_of(record));
    FLU_TRY_ASSIGN(const media::Tracks* const tracks, tracks_of(record));
    const std::size_t wanted = std::size_t{record.moof_relative} + record.moof_size;
    if (record.moof_size > container::kMaxMoofBytes) {
      return fail(ErrorCode::kMalformed, fmt::format("a moof of {} bytes", record.moof_size));
    }
    FLU_TRY_ASSIGN(const Buffer head,
                   io::pread_up_to(out_.blobs_[blob].get(), wanted, record.offset, "a segment"));
    FLU_TRY_ASSIGN(std::vector<SegmentTrack> all, container::parse_segment_head(head, record.size));
    if (out_.report_.segments == 0) begin(*tracks, all, record.start);
    place(record);
    for (SegmentTrack& samples : all) {
      const media::Track* const track = media::find_track(*tracks, samples.track_id);
      if (track == nullptr) continue;
      if (track->kind == media::TrackKind::kVideo) {
        for (const SampleEntry& sample : samples.samples) {
          picture_end_ = std::max(picture_end_, sample.dts + sample.cts + sample.duration);
        }
      }
      std::span<SampleEntry> chosen = samples.samples;
      if (wish_->is_precise) {
        const auto kept = cut(*track, chosen, wish_->range);
        chosen = chosen.subspan(static_cast<std::size_t>(kept.data() - chosen.data()), kept.size());
      }
      if (wish_->timelapse) {
        add_key_frames(*track, chosen, blob, record.offset);
      } else {
        add_samples(*track, chosen, blob, record.offset);
      }
    }
    if (movie_.bytes() + key_frames_.size() * sizeof(KeyFrame) > wish_->max_table_bytes) {
      return fail(ErrorCode::kLimitExceeded, "too long for one file");
    }
    return {};
  }

  // The movie begins with its first segment; a precise one with the first frame of the range: one
  // that began in the middle of a frame would be out of step in players that show it whole.
  void begin(const media::Tracks& tracks, const std::vector<SegmentTrack>& all,
             media::Timestamp start) {
    zero_ = wish_->is_precise ? first_shown(tracks, all, start) : start;
    out_.report_.recorded = {zero_, start};
  }

  [[nodiscard]] media::Timestamp first_shown(const media::Tracks& tracks,
                                             const std::vector<SegmentTrack>& all,
                                             media::Timestamp start) const {
    const media::Track* const main = media::main_track(tracks);
    media::Timestamp first = media::kMaxUtc;
    for (const SegmentTrack& samples : all) {
      if (main == nullptr || samples.track_id != main->id) continue;
      for (const SampleEntry& sample : samples.samples) {
        const media::Timestamp shown = sample.dts + sample.cts;
        if (shown >= wish_->range.from) first = std::min(first, shown);
      }
    }
    return first < media::kMaxUtc ? first : std::max(start, wish_->range.from);
  }

  // Where the segment stands in the movie's time.
  void place(const IndexRecord& record) {
    ExportReport& report = out_.report_;
    if (record.start - report.recorded.to > segment::kGapTolerance) {
      // A stream that broke off may have shown what lies behind the end that is told.
      const media::Timestamp end = std::clamp(picture_end_, report.recorded.to, record.start);
      ++report.holes;
      zero_ += record.start - end;
    }
    ++report.segments;
    report.recorded.to = segment::end_of(record);
    out_.tag_ = crc32c(segment::write_record(record), out_.tag_);
  }

  // Those that are chosen.
  Result<const media::Tracks*> tracks_of(const IndexRecord& record) {
    const auto known = tracks_.find(record.init_hash);
    if (known != tracks_.end()) return &known->second;
    if (has_no_tracks_.count(blob_key(record)) > 0) {
      return fail(ErrorCode::kMalformed, "a file without the tracks of its segments");
    }
    auto read = archive_->tracks(record);
    if (!read) {
      has_no_tracks_.insert(blob_key(record));
      return tl::unexpected(std::move(read).error());
    }
    media::Tracks tracks = std::move(*read);
    if (wish_->choose) tracks = wish_->choose(tracks);
    std::erase_if(tracks, [&](const media::Track& track) {
      if (has_place(track.codec)) return false;
      auto& left_out = out_.report_.left_out;
      if (std::find(left_out.begin(), left_out.end(), track.codec) == left_out.end()) {
        left_out.push_back(track.codec);
      }
      return true;
    });
    if (wish_->timelapse) {
      const media::Track* const main = media::main_track(tracks);
      const bool has_video = main != nullptr && main->kind == media::TrackKind::kVideo;
      tracks = has_video ? media::Tracks{*main} : media::Tracks{};
    }
    return &tracks_.emplace(record.init_hash, std::move(tracks)).first->second;
  }

  Result<std::size_t> blob_of(const IndexRecord& record) {
    const BlobKey key = blob_key(record);
    const auto known = blobs_.find(key);
    if (known != blobs_.end()) return known->second;
    if (out_.blobs_.size() == kMaxExportBlobs) {
      return fail(ErrorCode::kLimitExceeded,
                  fmt::format("lies in more than {} files: too long for one", kMaxExportBlobs));
    }
    FLU_TRY_ASSIGN(UniqueFd blob, archive_->open_blob(record));
    out_.blobs_.push_back(std::move(blob));
    return blobs_.emplace(key, out_.blobs_.size() - 1).first->second;
  }

  void add_samples(const media::Track& track, std::span<SampleEntry> samples, std::size_t blob,
                   std::uint64_t segment) {
    for (SampleEntry& sample : samples) sample.dts -= zero_;
    while (!samples.empty()) {
      std::size_t count = 1;
      std::uint64_t bytes = samples[0].size;
      while (count < samples.size() && samples[count].offset == samples[0].offset + bytes) {
        bytes += samples[count].size;
        ++count;
      }
      movie_.add(track, samples.first(count), add_piece(blob, segment + samples[0].offset, bytes));
      samples = samples.subspan(count);
    }
  }

  void add_key_frames(const media::Track& track, std::span<const SampleEntry> samples,
                      std::size_t blob, std::uint64_t segment) {
    for (const SampleEntry& sample : samples) {
      const media::Timestamp shown = sample.dts + sample.cts;
      const bool is_asked = !wish_->is_precise || shown >= wish_->range.from;
      if (sample.sap == media::Sap::kNone || !is_asked) continue;
      key_frames_.push_back(
          {&track, add_piece(blob, segment + sample.offset, sample.size), sample.size});
    }
  }

  // Returns where in the movie's media it stands.
  std::uint64_t add_piece(std::size_t blob, std::uint64_t offset, std::uint64_t size) {
    const std::uint64_t begin = out_.media_bytes_;
    out_.media_bytes_ += size;
    if (!out_.pieces_.empty()) {
      MovieExport::Piece& last = out_.pieces_.back();
      if (last.blob == blob && last.offset + last.size == offset) {
        last.size += size;
        return begin;
      }
    }
    out_.pieces_.push_back({begin, offset, size, blob});
    return begin;
  }

  Result<void> lay_out_timelapse() {
    if (key_frames_.empty()) {
      return fail(ErrorCode::kUnsupported, "a timelapse is of pictures: there is no video");
    }
    const auto count = static_cast<std::int64_t>(key_frames_.size());
    const Ticks whole = *wish_->timelapse > Ticks(0) ? *wish_->timelapse : kTimelapseStep * count;
    std::int64_t number = 0;
    for (const KeyFrame& frame : key_frames_) {
      SampleEntry sample;
      sample.dts = whole * number / count;
      sample.duration = whole * (number + 1) / count - sample.dts;
      sample.sap = media::Sap::kClosed;
      sample.size = frame.size;
      movie_.add(*frame.track, {&sample, 1}, frame.at);
      ++number;
    }
    out_.report_.duration = whole;
    return {};
  }

  void finish() {
    ExportReport& report = out_.report_;
    if (wish_->is_precise) report.recorded.to = std::min(report.recorded.to, wish_->range.to);
    if (!wish_->timelapse) report.duration = report.recorded.to - zero_;
    container::MovieTexts texts = wish_->texts;
    if (!texts.created) texts.created = media::to_wall(report.recorded.from);
    out_.head_ = movie_.head(report.duration, out_.media_bytes_, texts);
  }

  ArchiveReader* archive_;
  const ExportWish* wish_;
  MovieExport out_;
  container::MovieFile movie_;
  media::Timestamp zero_{0};         // that the movie begins at; later behind each hole
  media::Timestamp picture_end_{0};  // of what was added
  std::map<std::uint32_t, media::Tracks> tracks_;  // by init_hash
  std::set<BlobKey> has_no_tracks_;                // hundreds of segments may name one
  std::map<BlobKey, std::size_t> blobs_;
  std::vector<KeyFrame> key_frames_;
};

Result<MovieExport> MovieExport::plan(ArchiveReader& archive, const ExportWish& wish) {
  return MoviePlanner(archive, wish).run();
}

Result<Buffer> MovieExport::read(std::uint64_t offset, std::size_t size) const {
  Buffer out;
  if (offset >= this->size()) return out;
  size = static_cast<std::size_t>(std::min<std::uint64_t>(size, this->size() - offset));
  out.resize(size);
  std::size_t done = 0;
  if (offset < head_.size()) {
    done = std::min<std::size_t>(size, head_.size() - offset);
    std::copy_n(head_.begin() + static_cast<std::ptrdiff_t>(offset), done, out.begin());
  }
  if (done == size) return out;
  std::uint64_t at = offset + done - head_.size();  // in the media
  auto piece =
      std::upper_bound(pieces_.begin(), pieces_.end(), at,
                       [](std::uint64_t place, const Piece& p) { return place < p.begin; });
  if (piece != pieces_.begin()) --piece;
  for (; done < size && piece != pieces_.end(); ++piece) {
    const std::uint64_t skipped = at - piece->begin;
    const auto count =
        static_cast<std::size_t>(std::min<std::uint64_t>(piece->size - skipped, size - done));
    FLU_TRY_ASSIGN(const std::size_t got,
                   io::pread_up_to(blobs_[piece->blob].get(), std::span(out).subspan(done, count),
                                   piece->offset + skipped, "a segment"));
    if (got < count) {
      return fail(ErrorCode::kMalformed, "a recording became shorter while it was read");
    }
    at += count;
    done += count;
  }
  return out;
}

}  // namespace flu::store
