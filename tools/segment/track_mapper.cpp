#include "tools/segment/track_mapper.h"

#include <algorithm>

#include <fmt/format.h>

namespace flu::hub {
namespace {

constexpr std::uint32_t kMaxTrackId = 63;  // docs/format.md, "common media rules"

}  // namespace

std::uint32_t TrackMapper::Mapping::find(std::uint32_t from) const {
  for (const Pair& pair : pairs) {
    if (pair.from == from) return pair.to;
  }
  return 0;
}

void TrackMapper::remember(const media::Tracks& tracks) {
  for (const media::Track& track : tracks) {
    const auto at = std::find_if(known_.begin(), known_.end(),
                                 [&](const Known& known) { return known.id >= track.id; });
    if (at != known_.end() && at->id == track.id) {
      at->language = track.language;
    } else if (track.id >= 1 && track.id <= kMaxTrackId) {
      known_.insert(at, {track.id, track.kind, track.language, false});
    }
  }
}

TrackMapper::Known* TrackMapper::find_free(media::TrackKind kind, const std::string* language) {
  for (Known& known : known_) {
    if (known.kind == kind && !known.is_taken &&
        (language == nullptr || known.language == *language)) {
      return &known;
    }
  }
  return nullptr;
}

Result<TrackMapper::Known*> TrackMapper::make(media::TrackKind kind) {
  const std::uint32_t id = known_.empty() ? 1 : known_.back().id + 1;
  if (id > kMaxTrackId) {
    return fail(ErrorCode::kLimitExceeded,
                fmt::format("tracks: more than {} at once or over time", kMaxTrackId));
  }
  known_.push_back({id, kind, {}, false});
  return &known_.back();
}

Result<TrackMapper::Mapping> TrackMapper::map(const media::Tracks& incoming) {
  Mapping mapping;
  mapping.tracks = incoming;
  for (Known& known : known_) known.is_taken = false;
  std::vector<std::uint32_t> ids(incoming.size(), 0);
  const auto take = [&](std::size_t i, Known& known) {
    known.is_taken = true;
    known.language = incoming[i].language;
    ids[i] = known.id;
  };
  for (std::size_t i = 0; i < incoming.size(); ++i) {
    if (Known* known = find_free(incoming[i].kind, &incoming[i].language)) take(i, *known);
  }
  for (std::size_t i = 0; i < incoming.size(); ++i) {
    if (ids[i] != 0) continue;
    Known* known = find_free(incoming[i].kind, nullptr);
    if (known == nullptr) {
      FLU_TRY_ASSIGN(known, make(incoming[i].kind));
    }
    take(i, *known);
  }
  for (std::size_t i = 0; i < incoming.size(); ++i) {
    mapping.pairs.push_back({incoming[i].id, ids[i]});
    mapping.tracks[i].id = ids[i];
  }
  std::sort(mapping.tracks.begin(), mapping.tracks.end(),
            [](const media::Track& a, const media::Track& b) {
              return a.kind != b.kind ? a.kind < b.kind : a.id < b.id;
            });
  return mapping;
}

bool needs_discontinuity(const media::Tracks& before, const media::Tracks& after) {
  return !std::equal(before.begin(), before.end(), after.begin(), after.end(),
                     [](const media::Track& a, const media::Track& b) {
                       return a.id == b.id && a.kind == b.kind && a.codec == b.codec &&
                              a.config == b.config && a.video == b.video && a.audio == b.audio;
                     });
}

}  // namespace flu::hub
