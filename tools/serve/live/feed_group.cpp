#include "tools/serve/live/feed_group.h"

#include <algorithm>
#include <utility>
#include <variant>

namespace flu::serve {

void FeedGroup::add(const container::StreamUnit& unit) {
  if (const auto* changed = std::get_if<media::TracksChanged>(&unit)) {
    restart();
    tracks_ = changed->tracks;
    const media::Track* const main = media::main_track(*tracks_);
    main_id_ = main == nullptr ? 0 : main->id;
  } else if (const auto* fragment = std::get_if<container::Fragment>(&unit)) {
    add_fragment(*fragment);
  }
}

void FeedGroup::add_fragment(const container::Fragment& fragment) {
  const bool is_key = std::any_of(fragment.samples.begin(), fragment.samples.end(),
                                  [](const auto& one) { return one.sap != media::Sap::kNone; });
  if (fragment.track_id == main_id_ && is_key) {
    restart();
    is_complete_ = true;
  }
  if (!is_complete_) return;
  if (bytes_ + fragment.payload.size() > max_bytes_) return restart();
  Kept kept{fragment, Buffer(fragment.payload.begin(), fragment.payload.end())};
  kept.fragment.payload = {};
  bytes_ += kept.payload.size();
  frames_.push_back(std::move(kept));
}

void FeedGroup::restart() {
  frames_.clear();
  bytes_ = 0;
  is_complete_ = false;
}

Result<void> FeedGroup::replay(FeedFormat& format) const {
  if (tracks_) FLU_TRY(format.add(media::TracksChanged{*tracks_}));
  for (const Kept& kept : frames_) {
    container::Fragment fragment = kept.fragment;
    fragment.payload = kept.payload;
    FLU_TRY(format.add(std::move(fragment)));
  }
  return {};
}

}  // namespace flu::serve
