#include "libcommon/av/unit_maker.h"

#include <algorithm>
#include <utility>

#include <fmt/format.h>

#include "libcommon/av/limits.h"
#include "libcommon/base/text.h"

namespace flu::av {
namespace {

std::string describe(const StreamInfo& info) {
  return fmt::format("stream {}, {}", info.index, printable(info.codec_name));
}

bool is_of(const StreamInfo& info, media::TrackKind kind) {
  return info.codec && media::kind_of(*info.codec) == kind;
}

}  // namespace

UnitMaker::Lane* UnitMaker::find(unsigned index) {
  const auto found = std::find_if(lanes_.begin(), lanes_.end(),
                                  [&](const auto& lane) { return lane->info.index == index; });
  return found == lanes_.end() ? nullptr : found->get();
}

void UnitMaker::leave_out(const Lane& lane, const std::string& why) {
  if (lane.info.is_media) notes_.push_back(fmt::format("{}: {}", describe(lane.info), why));
}

void UnitMaker::know(const StreamInfo& info) {
  Lane* lane = find(info.index);
  if (lane != nullptr && lane->has_packets) return;
  if (lane == nullptr) {
    if (info.index >= kMaxStreams) return;
    lane = lanes_.emplace_back(std::make_unique<Lane>()).get();
  } else if (lane->info.codec == info.codec && lane->info.config == info.config) {
    return;
  }
  lane->info = info;
  lane->framer.reset();
  lane->is_video = is_of(info, media::TrackKind::kVideo);
  lane->is_text = is_of(info, media::TrackKind::kSubtitle);
  lane->times = DecodeTimes(settings_.is_live ? 1 : kFileLookahead);
  if (lane->is_text && !settings_.allow_subtitles) return;
  auto framer = make_packet_framer(info);
  if (framer) {
    lane->framer = std::move(*framer);
  } else {
    leave_out(*lane, framer.error().message);
  }
}

void UnitMaker::feed(const Packet& packet) {
  Lane* lane = find(packet.stream);
  if (lane == nullptr || lane->framer == nullptr) return;
  // Video that is there for decoding alone is kept: what follows needs it.
  if (packet.is_discarded && !lane->is_video) return;
  Access access;
  access.data = packet.data;
  access.times = clock_.stamp(packet.pts, packet.dts, lane->info.scale);
  access.duration = SourceClock::to_ticks(packet.duration, lane->info.scale);
  access.is_key = packet.is_key;
  access.cue_settings = packet.cue_settings;
  const bool is_first = !std::exchange(lane->has_packets, true);
  if (is_first && !packet.pts && !packet.dts) {
    // A bare elementary stream has no times: they are counted from its beginning.
    access.times = clock_.stamp(0, std::nullopt, lane->info.scale);
  } else if (!lane->has_times && (packet.pts || packet.dts)) {
    lane->has_times = true;
    lane->has_dts = packet.dts.has_value() || !lane->is_video;
  }
  if (!packet.new_config.empty()) lane->framer->set_config(packet.new_config);
  lane->framer->feed(access);
  take_samples(*lane);
  if (!lane->is_text) advance_text();
}

// Text goes out when its time has come, in its order, however far before it is stored.
void UnitMaker::advance_text() {
  for (const auto& lane : lanes_) {
    if (!lane->is_text || lane->framer == nullptr || newest_ == media::Timestamp{0}) continue;
    lane->framer->advance(newest_);
    take_samples(*lane);
  }
}

void UnitMaker::take_samples(Lane& lane) {
  while (auto sample = lane.framer->next()) {
    const std::uint32_t revision = lane.framer->format_revision();
    if (revision != std::exchange(lane.revision, revision) && is_announced_) {
      // What is held back for its decoding time is of the old format.
      lane.times.finish();
      while (auto held = lane.times.next()) emit(lane, std::move(*held));
      announce();
    }
    if (lane.is_video) {
      lane.times.push(std::move(*sample), lane.has_dts || !lane.has_times);
      while (auto timed = lane.times.next()) emit(lane, std::move(*timed));
    } else {
      emit(lane, std::move(*sample));
    }
  }
  const std::uint64_t bad = lane.framer->bad_packets();
  if (lane.bad_packets == 0 && bad > 0) {
    notes_.push_back(fmt::format("{}: packets that are damaged are left out", describe(lane.info)));
  }
  lane.bad_packets = bad;
}

void UnitMaker::emit(Lane& lane, media::Sample sample) {
  sample.track_id = lane.info.index + 1;
  if (!lane.is_text) newest_ = std::max(newest_, sample.dts);
  if (is_announced_) {
    ready_.emplace_back(std::move(sample));
    return;
  }
  if (!first_ && !lane.is_text) first_ = newest_ = sample.dts;
  waiting_bytes_ += sample.data.size();
  waiting_.push_back(std::move(sample));
  if (first_ && is_complete()) announce();
}

// Whether all that can be known is known.
bool UnitMaker::is_complete() const {
  const media::Ticks waited = newest_ - *first_;
  if (waited > kMaxFormatWait || waiting_bytes_ > kMaxWaitingBytes) return true;
  bool has_video = false;
  bool has_audio = false;
  for (const auto& lane : lanes_) {
    if (lane->framer == nullptr || lane->is_text) continue;
    if (!lane->framer->format()) return false;
    (lane->is_video ? has_video : has_audio) = true;
  }
  return !settings_.may_get_streams || (has_video && has_audio) || waited > kMaxStreamWait;
}

media::Track UnitMaker::track_of(const Lane& lane) const {
  media::Track track = *lane.framer->format();
  track.id = lane.info.index + 1;
  track.language = lane.info.language;
  if (lane.is_text) {
    track.is_hearing_impaired = lane.info.is_hearing_impaired;
  } else {
    track.audio_type = lane.info.audio_type;
  }
  if (lane.is_video && track.video.rate_num == 0) {
    track.video.rate_num = lane.info.video.rate_num;
    track.video.rate_den = lane.info.video.rate_den;
  }
  return track;
}

// The tracks that are known, video first.
void UnitMaker::announce() {
  media::Tracks tracks;
  for (const auto& lane : lanes_) {
    if (lane->framer != nullptr && lane->framer->format()) tracks.push_back(track_of(*lane));
  }
  std::stable_sort(tracks.begin(), tracks.end(),
                   [](const media::Track& a, const media::Track& b) { return a.kind < b.kind; });
  if (!is_announced_ || tracks != tracks_) {
    tracks_ = std::move(tracks);
    ready_.emplace_back(media::TracksChanged{tracks_});
  }
  is_announced_ = true;
  for (media::Sample& sample : std::exchange(waiting_, {})) ready_.emplace_back(std::move(sample));
  waiting_bytes_ = 0;
}

void UnitMaker::finish() {
  for (const bool is_text : {false, true}) {
    for (const auto& lane : lanes_) {
      if (lane->framer == nullptr || lane->is_text != is_text) continue;
      lane->framer->flush();
      take_samples(*lane);
      lane->times.finish();
      while (auto timed = lane->times.next()) emit(*lane, std::move(*timed));
    }
  }
  // Text alone is nothing to be played.
  if (!is_announced_ && first_) announce();
}

std::optional<media::Unit> UnitMaker::next() {
  if (ready_.empty()) return std::nullopt;
  media::Unit unit = std::move(ready_.front());
  ready_.pop_front();
  return unit;
}

std::vector<std::string> UnitMaker::take_notes() {
  return std::exchange(notes_, {});
}

std::string UnitMaker::found() const {
  std::string out;
  for (const auto& lane : lanes_) {
    out += fmt::format("{}{}", out.empty() ? "" : "; ", describe(lane->info));
  }
  return out.empty() ? "no streams" : out;
}

}  // namespace flu::av
