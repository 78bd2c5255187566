#include "libcommon/codec/cue_track.h"

#include <algorithm>
#include <string_view>
#include <utility>

#include "libcommon/codec/limits.h"

namespace flu::codec {

media::Track make_text_track() {
  constexpr std::string_view kHead = "WEBVTT";
  media::Track track;
  track.kind = media::TrackKind::kSubtitle;
  track.codec = media::CodecId::kWebVtt;
  track.config.assign(kHead.begin(), kHead.end());
  return track;
}

void CueTrack::add(Cue cue) {
  if (cue.text.empty() || cue.end <= cue.start) return;
  cue.end = std::min(cue.end, cue.start + kMaxCueDuration);
  if (waiting_.size() == kMaxCues) waiting_.erase(waiting_.begin());
  const auto place = std::upper_bound(
      waiting_.begin(), waiting_.end(), cue.start,
      [](media::Timestamp start, const Cue& other) { return start < other.start; });
  waiting_.insert(place, std::move(cue));
}

std::optional<media::Timestamp> CueTrack::next_change() const {
  std::optional<media::Timestamp> out;
  if (!waiting_.empty()) out = waiting_.front().start;
  for (const Cue& cue : shown_) out = std::min(out.value_or(cue.end), cue.end);
  return out;
}

std::optional<media::Sample> CueTrack::next(media::Timestamp now) {
  const auto change = next_change();
  if (!change || *change > now || (is_finished_ && waiting_.empty())) return std::nullopt;
  media::Sample sample;
  sample.dts = last_ ? std::max(*change, *last_ + media::Ticks(1)) : *change;
  std::erase_if(shown_, [&](const Cue& cue) { return cue.end <= *change; });
  while (!waiting_.empty() && waiting_.front().start <= *change) {
    // One that is over already is still told, for the moment.
    if (shown_.size() == kMaxCues) shown_.erase(shown_.begin());
    shown_.push_back(std::move(waiting_.front()));
    waiting_.erase(waiting_.begin());
  }
  if (const auto next = next_change())
    sample.duration = std::max(*next - sample.dts, media::Ticks(1));
  sample.sap = media::Sap::kClosed;
  sample.is_sparse = true;
  sample.data = write_cue_sample(sample.dts, shown_);
  last_ = sample.dts;
  return sample;
}

}  // namespace flu::codec
