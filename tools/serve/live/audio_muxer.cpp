#include "tools/serve/live/audio_muxer.h"

#include <algorithm>
#include <variant>

#include <fmt/format.h>

#include "libcommon/codec/annexb.h"

namespace flu::serve {
namespace {

constexpr media::Ticks kStart{45'000};  // how often a client may begin

}  // namespace

std::string_view radio_type(media::CodecId codec) {
  switch (codec) {
    case media::CodecId::kAac: return "audio/aac";
    case media::CodecId::kMp2:
    case media::CodecId::kMp3: return "audio/mpeg";
    case media::CodecId::kAc3: return "audio/ac3";
    case media::CodecId::kEac3: return "audio/eac3";
    default: return "";
  }
}

Result<media::Track> radio_track(const WantedTracks& wanted, const media::Tracks& all) {
  const media::Tracks tracks = wanted.of(all);
  const auto track = std::find_if(tracks.begin(), tracks.end(), [](const auto& candidate) {
    return candidate.kind == media::TrackKind::kAudio;
  });
  if (track == tracks.end()) return fail(ErrorCode::kNotFound, "The stream has no audio.");
  if (radio_type(track->codec).empty()) {
    return fail(ErrorCode::kUnsupported,
                fmt::format("SHOUTcast carries no {}: it has AAC, MP3, MP2 or AC-3.",
                            media::to_string(track->codec)));
  }
  return *track;
}

Result<void> AudioMuxer::add(const container::StreamUnit& unit) {
  if (const auto* changed = std::get_if<media::TracksChanged>(&unit)) {
    change_tracks(changed->tracks);
  } else if (const auto* fragment = std::get_if<container::Fragment>(&unit)) {
    return add_fragment(*fragment);
  }
  return {};
}

void AudioMuxer::change_tracks(const media::Tracks& all) {
  flush();
  auto track = radio_track(wanted_, all);
  if (track_ && (!track || track->codec != track_->codec)) is_other_codec_ = true;
  track_.reset();
  if (track) track_ = std::move(*track);
}

void AudioMuxer::restart() {
  flush();
  last_start_.reset();
}

Result<void> AudioMuxer::add_fragment(const container::Fragment& fragment) {
  if (!track_ || fragment.track_id != track_->id) return {};
  for (const auto& sample : fragment.samples) {
    if (!last_start_ || sample.dts - *last_start_ >= kStart) {
      flush();
      last_start_ = sample.dts;
      is_chunk_start_ = true;
    }
    if (track_->codec == media::CodecId::kAac) {
      FLU_TRY(codec::append_adts_header(*track_, sample.size, chunk_));
    }
    const Bytes frame = fragment.payload.subspan(sample.offset, sample.size);
    chunk_.insert(chunk_.end(), frame.begin(), frame.end());
  }
  return {};
}

void AudioMuxer::flush() {
  if (chunk_.empty()) return;
  ring_->add(std::exchange(chunk_, {}), std::exchange(is_chunk_start_, false), {},
             last_start_.value_or(media::Timestamp(0)));
}

}  // namespace flu::serve
