#include "tools/serve/live/wanted_tracks.h"

#include <fmt/format.h>

#include "tools/serve/live/playlist.h"

namespace flu::serve {

media::Tracks WantedTracks::of(const media::Tracks& all) const {
  auto selected = select_tracks(all, choice, Format::kTs, filter);
  return selected ? std::move(selected->tracks) : media::Tracks{};
}

Result<void> WantedTracks::check(const media::Tracks& all) const {
  std::string missing = manifest::missing_in(all, choice);
  if (missing.empty()) missing = manifest::missing_in(all, filter);
  if (!missing.empty()) {
    return fail(ErrorCode::kNotFound, fmt::format("The stream has no track {}; it has {}.", missing,
                                                  manifest::write_track_names(all, all)));
  }
  FLU_TRY(select_tracks(all, choice, Format::kTs, filter));
  return {};
}

std::string WantedTracks::key() const {
  return choice.key() + "/" + filter.key();
}

}  // namespace flu::serve
