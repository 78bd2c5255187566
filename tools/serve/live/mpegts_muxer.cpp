#include "tools/serve/live/mpegts_muxer.h"

#include <utility>
#include <variant>

namespace flu::serve {
namespace {

// Every audio frame is a key frame: a radio stream offers a start this often.
constexpr media::Ticks kAudioStart{45'000};

}  // namespace

Result<void> MpegtsMuxer::add(const container::StreamUnit& unit) {
  if (const auto* changed = std::get_if<media::TracksChanged>(&unit)) {
    change_tracks(changed->tracks);
  } else if (const auto* fragment = std::get_if<container::Fragment>(&unit)) {
    return add_fragment(*fragment);
  } else if (const auto* event = std::get_if<media::Event>(&unit)) {
    if (has_started_) writer_->write_event(*event, chunk_);
  }
  return {};
}

void MpegtsMuxer::change_tracks(const media::Tracks& all) {
  media::Tracks tracks = wanted_.of(all);
  if (writer_ != nullptr && tracks == tracks_) return;  // a producer that started anew
  flush();
  tracks_ = std::move(tracks);
  const media::Track* main = media::main_track(tracks_);
  // One writer for all: clients go on with its counters and the next version of its tables.
  if (main != nullptr && writer_ != nullptr) {
    writer_->set_tracks(tracks_, assign_pids(pids_, all).track_pids);
  } else if (main != nullptr) {
    container::TsWriterOptions options = assign_pids(pids_, all);
    options.service_name = station_->name;
    options.provider = station_->provider;
    named_ = station_->changes;
    writer_ = std::make_unique<container::TsWriter>(tracks_, options);
  }
  main_id_ = main == nullptr ? 0 : main->id;
  is_main_video_ = main != nullptr && main->kind == media::TrackKind::kVideo;
  has_started_ = false;
}

void MpegtsMuxer::restart() {
  flush();
  has_started_ = false;
  if (writer_ != nullptr) writer_->mark_discontinuity();
}

// DISCONT comes on each track's next fragment. A hub's comes with a cut: a key frame.
void MpegtsMuxer::note_info(const container::Fragment& fragment) {
  if (!fragment.info || (fragment.info->flags & container::kDiscont) == 0) return;
  writer_->mark_discontinuity(fragment.track_id);
}

void MpegtsMuxer::begin_chunk(media::Timestamp dts) {
  flush();
  if (named_ != station_->changes) {
    named_ = station_->changes;
    writer_->set_service(station_->name, station_->provider);
  }
  writer_->write_resumption(dts, resumption_);
  // Before a key frame of video the writer puts the tables itself.
  if (!is_main_video_) writer_->write_tables(chunk_);
  has_started_ = true;
  last_start_ = dts;
  is_chunk_start_ = true;
}

bool MpegtsMuxer::is_start(const container::SampleEntry& sample, std::uint32_t track_id) {
  if (track_id != main_id_ || sample.sap == media::Sap::kNone) return false;
  return is_main_video_ || !has_started_ || sample.dts - last_start_ >= kAudioStart;
}

Result<void> MpegtsMuxer::add_fragment(const container::Fragment& fragment) {
  if (main_id_ == 0 || media::find_track(tracks_, fragment.track_id) == nullptr) return {};
  note_info(fragment);
  for (const auto& sample : fragment.samples) {
    if (is_start(sample, fragment.track_id)) begin_chunk(sample.dts);
    if (!has_started_) continue;
    FLU_TRY(
        writer_->write({fragment.track_id, sample.dts, sample.cts, sample.sap != media::Sap::kNone,
                        fragment.payload.subspan(sample.offset, sample.size)},
                       chunk_));
  }
  return {};
}

void MpegtsMuxer::flush() {
  if (chunk_.empty()) return;
  ring_->add(std::exchange(chunk_, {}), std::exchange(is_chunk_start_, false),
             std::exchange(resumption_, {}), last_start_);
}

}  // namespace flu::serve
