#include "tools/serve/mse/mse_stream.h"

#include <algorithm>
#include <utility>
#include <variant>

#include <fmt/format.h>

#include "libcommon/base/base64.h"
#include "libcommon/codec/codec_string.h"
#include "libcommon/container/mp4/init.h"
#include "libcommon/container/mp4/mse_fragment.h"
#include "libcommon/manifest/track_choice.h"
#include "libcommon/wire/websocket/frames.h"

namespace flu::serve {
namespace {

using media::TrackKind;

constexpr media::Ticks kRateSpan{45'000};  // less of a track does not tell its bit rate

// "v2" in a list where only some tracks may be chosen: numbers are those of the whole stream.
MseTrack make_track(const media::Tracks& all, const media::Track& track, std::uint32_t id) {
  MseTrack out;
  out.name = manifest::write_track_names(all, {track});
  out.source_id = track.id;
  out.track = track;
  out.track.id = id;
  out.mime_type =
      fmt::format("{}; codecs=\"{}\"", track.kind == TrackKind::kVideo ? "video/mp4" : "audio/mp4",
                  codec::codec_string(track));
  out.init = to_base64(container::write_player_init({out.track}));
  return out;
}

}  // namespace

unsigned MseProgram::find(char letter, unsigned number) const {
  const std::string name = fmt::format("{}{}", letter, number);
  for (const MseTrack& track : tracks) {
    if (track.name == name) return track.track.id;
  }
  return 0;
}

unsigned MseProgram::first(media::TrackKind kind) const {
  for (const MseTrack& track : tracks) {
    if (track.track.kind == kind) return track.track.id;
  }
  return 0;
}

Result<void> MseStream::add(const container::StreamUnit& unit) {
  if (const auto* changed = std::get_if<media::TracksChanged>(&unit)) {
    change_tracks(changed->tracks);
    return {};
  }
  const auto* const fragment = std::get_if<container::Fragment>(&unit);
  if (fragment == nullptr || fragment->samples.empty() || program_ == nullptr) return {};
  const auto track =
      std::find_if(program_->tracks.begin(), program_->tracks.end(),
                   [&](const MseTrack& one) { return one.source_id == fragment->track_id; });
  if (track == program_->tracks.end()) return {};
  const std::span<const container::SampleEntry> samples(fragment->samples);
  if (track->track.kind != TrackKind::kVideo) {
    add_frame(track->track.id, *fragment, samples);
    return {};
  }
  // The client may begin with each key frame.
  for (std::size_t i = 0; i < samples.size(); ++i) {
    add_frame(track->track.id, *fragment, samples.subspan(i, 1));
  }
  return {};
}

void MseStream::change_tracks(const media::Tracks& tracks) {
  if (program_ != nullptr && tracks == tracks_) return;  // a producer that started anew
  tracks_ = tracks;
  auto program = std::make_shared<MseProgram>();
  for (const TrackKind kind : {TrackKind::kVideo, TrackKind::kAudio}) {
    for (const media::Track& track : tracks) {
      if (track.kind != kind || !manifest::is_for_fmp4(track.codec)) continue;
      const auto id = static_cast<std::uint32_t>(program->tracks.size() + 1);
      program->tracks.push_back(make_track(tracks, track, id));
    }
  }
  program_ = std::move(program);
  restart();
}

void MseStream::restart() {
  ++epoch_;
  newest_keys_.fill(std::nullopt);
}

void MseStream::add_frame(unsigned track, const container::Fragment& fragment,
                          std::span<const container::SampleEntry> samples) {
  const std::size_t size = container::mse_fragment_size(samples);
  Buffer bytes;
  bytes.reserve(wire::websocket_head_size(size) + size);
  wire::write_websocket_head(wire::WebSocketOpcode::kBinary, size, bytes);
  container::write_mse_fragment(static_cast<std::uint8_t>(track), ++sequence_, samples,
                                fragment.payload, bytes);
  MseFrame frame;
  frame.program = program_;
  frame.track = track;
  frame.epoch = epoch_;
  frame.is_key = samples[0].sap != media::Sap::kNone;
  frame.dts = samples[0].dts;
  frame.end = samples.back().dts + samples.back().duration;
  bytes_ += bytes.size();
  frame.bytes = std::make_shared<const Buffer>(std::move(bytes));
  if (frame.is_key) newest_keys_.at(track) = end();
  frames_.push_back(std::move(frame));
  while (bytes_ > max_bytes_ && frames_.size() > 1) drop_first();
}

void MseStream::clear() {
  while (!frames_.empty()) drop_first();
  program_.reset();
  restart();
}

void MseStream::drop_first() {
  bytes_ -= frames_.front().bytes->size();
  frames_.pop_front();
  ++first_;
}

void MseStream::trim(std::uint64_t needed) {
  for (const auto& key : newest_keys_) needed = std::min(needed, key.value_or(needed));
  while (first_ < needed && !frames_.empty()) drop_first();
}

const MseFrame* MseStream::find(std::uint64_t number) const {
  if (number < first_ || number >= end()) return nullptr;
  return &frames_[static_cast<std::size_t>(number - first_)];
}

std::optional<std::uint64_t> MseStream::newest_key(unsigned track) const {
  const auto& key = newest_keys_.at(track);
  return key && *key >= first_ ? key : std::nullopt;
}

std::optional<std::uint64_t> MseStream::key_before(unsigned track, std::uint64_t number) const {
  for (std::uint64_t i = std::min(number + 1, end()); i-- > first_;) {
    const MseFrame& frame = *find(i);
    if (frame.epoch != epoch_) break;
    if (frame.track == track && frame.is_key) return i;
  }
  return std::nullopt;
}

std::uint64_t MseStream::bit_rate(unsigned track) const {
  std::uint64_t bytes = 0;
  media::Ticks span{0};
  for (const MseFrame& frame : frames_) {
    if (frame.track != track || frame.epoch != epoch_) continue;
    bytes += frame.bytes->size();
    span += frame.end - frame.dts;
  }
  if (span < kRateSpan) return 0;
  return bytes * 8 * 90'000 / static_cast<std::uint64_t>(span.count());
}

}  // namespace flu::serve
