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
  } else if (std::holds_alternative<container::StreamEnd>(unit)) {
    has_ended_ = true;
  }
  return {};
}

void MpegtsMuxer::change_tracks(const media::Tracks& tracks) {
  if (writer_ != nullptr && tracks == tracks_) return;  // a producer that started anew
  flush();
  tracks_ = tracks;
  const media::Track* main = media::main_track(tracks_);
  writer_ = main == nullptr ? nullptr : std::make_unique<container::TsWriter>(tracks_);
  main_id_ = main == nullptr ? 0 : main->id;
  is_main_video_ = main != nullptr && main->kind == media::TrackKind::kVideo;
  has_started_ = false;
}

bool MpegtsMuxer::is_start(const container::SampleEntry& sample, std::uint32_t track_id) {
  if (track_id != main_id_ || sample.sap == media::Sap::kNone) return false;
  return is_main_video_ || !has_started_ || sample.dts - last_start_ >= kAudioStart;
}

Result<void> MpegtsMuxer::add_fragment(const container::Fragment& fragment) {
  if (writer_ == nullptr || media::find_track(tracks_, fragment.track_id) == nullptr) return {};
  for (const auto& sample : fragment.samples) {
    if (is_start(sample, fragment.track_id)) {
      flush();
      // Before a key frame of video the writer puts the tables itself.
      if (!is_main_video_) writer_->write_tables(chunk_);
      has_started_ = true;
      last_start_ = sample.dts;
      is_chunk_start_ = true;
    }
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
  ring_->add(std::exchange(chunk_, {}), std::exchange(is_chunk_start_, false));
}

}  // namespace flu::serve
