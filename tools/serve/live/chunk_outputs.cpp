// Tested by tests/e2e/serve/mpegts-tracks.sh
#include "tools/serve/live/chunk_outputs.h"

#include <algorithm>
#include <utility>

#include "tools/serve/limits.h"
#include "tools/serve/live/audio_muxer.h"
#include "tools/serve/live/mpegts_muxer.h"

namespace flu::serve {
namespace {

constexpr const char* kProvider = "flu";  // where the configuration names none

}  // namespace

ChunkOutputs::ChunkOutputs(StreamFeed& feed, std::string name, std::function<void()> changed)
    : feed_(&feed),
      name_(std::move(name)),
      station_(std::make_shared<Station>()),
      changed_(std::move(changed)) {
  configure({});
}

void ChunkOutputs::configure(const service::StreamOptions& options) {
  pids_ = options.mpegts_pids;
  if (options.prepush != prepush_) {
    prepush_ = options.prepush;
    for (const auto& [key, output] : outputs_) output->set_prepush(prepush_);
  }
  const std::string& name = options.title.empty() ? name_ : options.title;
  const std::string provider = options.provider.empty() ? kProvider : options.provider;
  if (station_->name == name && station_->provider == provider) return;
  *station_ = {name, provider, station_->changes + 1};
}

Result<ChunkOutput*> ChunkOutputs::open_mpegts(const WantedTracks& wanted) {
  // Before the hub has said what there is, the client waits as for the first key frame.
  if (const auto& tracks = feed_->tracks()) FLU_TRY(wanted.check(*tracks));
  return open(wanted.key() + "/" + write_pids(pids_),
              [this, wanted, pids = pids_](ChunkRing& ring) {
                return std::make_unique<MpegtsMuxer>(ring, station_, wanted, pids);
              });
}

Result<ChunkOutput*> ChunkOutputs::open_radio(const WantedTracks& wanted) {
  if (const auto& tracks = feed_->tracks()) {
    FLU_TRY(wanted.check(*tracks));
    FLU_TRY(radio_track(wanted, *tracks));
  }
  return open("radio/" + wanted.key(),
              [wanted](ChunkRing& ring) { return std::make_unique<AudioMuxer>(ring, wanted); });
}

Result<ChunkOutput*> ChunkOutputs::open(const std::string& key,
                                        const ChunkOutput::MakeMuxer& make) {
  auto place = outputs_.find(key);
  if (place == outputs_.end()) {
    if (!make_room()) {
      return fail(ErrorCode::kUnavailable,
                  "Too many different choices of tracks of this stream are being watched.");
    }
    auto output = std::make_unique<ChunkOutput>(*feed_, make, changed_);
    output->set_prepush(prepush_);
    place = outputs_.emplace(key, std::move(output)).first;
  }
  place->second->open();
  return place->second.get();
}

bool ChunkOutputs::make_room() {
  if (outputs_.size() < kMaxTrackOutputs) return true;
  const auto unused = std::find_if(outputs_.begin(), outputs_.end(),
                                   [](const auto& named) { return !named.second->has_clients(); });
  if (unused == outputs_.end()) return false;
  outputs_.erase(unused);
  return true;
}

}  // namespace flu::serve
