#include "tools/segment/foreign_tracks.h"

#include <algorithm>
#include <utility>

#include <fmt/format.h>

#include "libcommon/base/log.h"
#include "tools/segment/limits.h"

namespace flu::hub {

bool ForeignTracks::is_known(const media::Track& track) const {
  const auto rewriter = rewriters_.find(track.id);
  return rewriter == rewriters_.end() || rewriter->second.track().has_value();
}

Result<void> ForeignTracks::set_tracks(const media::Tracks& tracks, std::deque<media::Unit>& out) {
  tracks_ = tracks;
  rewriters_.clear();
  is_announced_ = false;
  first_.reset();
  for (media::Track& track : tracks_) {
    if (track.codec != media::CodecId::kH264 && track.codec != media::CodecId::kHevc) continue;
    auto rewriter = codec::UnitRewriter::make(track);
    if (!rewriter) {
      return tl::unexpected(
          std::move(rewriter).error().with_context(fmt::format("track {}", track.id)));
    }
    if (rewriter->track()) track = *rewriter->track();
    rewriters_.emplace(track.id, std::move(*rewriter));
  }
  const bool has_all =
      std::all_of(tracks_.begin(), tracks_.end(), [&](const auto& each) { return is_known(each); });
  if (has_all) announce(out);
  return {};
}

void ForeignTracks::announce(std::deque<media::Unit>& out) {
  is_announced_ = true;
  media::TracksChanged changed;
  for (const media::Track& track : tracks_) {
    if (is_known(track)) changed.tracks.push_back(track);
  }
  out.emplace_back(std::move(changed));
}

Result<void> ForeignTracks::add(media::Sample sample, std::deque<media::Unit>& out) {
  bool is_other = false;
  if (const auto rewriter = rewriters_.find(sample.track_id); rewriter != rewriters_.end()) {
    auto rewritten = rewriter->second.rewrite(sample.data, sample.is_key());
    if (!rewritten) {
      return tl::unexpected(std::move(rewritten).error().with_context(
          fmt::format("sample of track {} at {} ticks", sample.track_id, sample.dts.count())));
    }
    sample.data = std::move(rewritten->data);
    sample.sap = rewritten->sap;
    is_other = rewritten->is_other_track;
  }
  const auto track = std::find_if(tracks_.begin(), tracks_.end(),
                                  [&](const auto& each) { return each.id == sample.track_id; });
  if (track == tracks_.end()) return {};
  if (is_other) *track = *rewriters_.at(sample.track_id).track();
  if (!is_announced_) {
    if (!first_) first_ = sample.dts;
    const auto unknown = std::find_if_not(tracks_.begin(), tracks_.end(),
                                          [&](const auto& each) { return is_known(each); });
    // What comes before the first picture has nothing to be played with.
    if (unknown != tracks_.end() && sample.dts - *first_ < kMaxFormatWait) return {};
    if (unknown != tracks_.end()) {
      log_alert("track {} has no parameter sets: left out until it has", unknown->id);
    }
    announce(out);
  } else if (is_other) {
    announce(out);
  }
  if (is_known(*track) && !sample.data.empty()) out.emplace_back(std::move(sample));
  return {};
}

}  // namespace flu::hub
