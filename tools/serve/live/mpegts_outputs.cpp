// Tested by tests/e2e/serve/mpegts-tracks.sh
#include "tools/serve/live/mpegts_outputs.h"

#include <algorithm>
#include <utility>

#include "tools/serve/limits.h"

namespace flu::serve {
namespace {

constexpr const char* kProvider = "flu";  // where the configuration names none

}  // namespace

MpegtsOutputs::MpegtsOutputs(StreamFeed& feed, std::string name, std::function<void()> changed)
    : feed_(&feed), name_(std::move(name)), changed_(std::move(changed)) {
  configure({});
}

void MpegtsOutputs::configure(const service::StreamOptions& options) {
  pids_ = options.mpegts_pids;
  if (options.prepush != prepush_) {
    prepush_ = options.prepush;
    for (const auto& [key, output] : outputs_) output->set_prepush(prepush_);
  }
  const MpegtsMuxer::Service service{options.title.empty() ? name_ : options.title,
                                     options.provider.empty() ? kProvider : options.provider};
  if (service == service_) return;
  service_ = service;
  for (const auto& [key, output] : outputs_) output->set_service(service_);
}

Result<MpegtsOutput*> MpegtsOutputs::open(const WantedTracks& wanted) {
  // Before the hub has said what there is, the client waits as for the first key frame.
  if (const auto& tracks = feed_->tracks()) FLU_TRY(wanted.check(*tracks));
  const std::string key = wanted.key() + "/" + write_pids(pids_);
  auto place = outputs_.find(key);
  if (place == outputs_.end()) {
    if (!make_room()) {
      return fail(ErrorCode::kUnavailable,
                  "Too many different choices of tracks of this stream are being watched.");
    }
    auto output = std::make_unique<MpegtsOutput>(*feed_, service_, wanted, pids_, changed_);
    output->set_prepush(prepush_);
    place = outputs_.emplace(key, std::move(output)).first;
  }
  place->second->open();
  return place->second.get();
}

bool MpegtsOutputs::make_room() {
  if (outputs_.size() < kMaxTrackOutputs) return true;
  const auto unused = std::find_if(outputs_.begin(), outputs_.end(),
                                   [](const auto& named) { return !named.second->has_clients(); });
  if (unused == outputs_.end()) return false;
  outputs_.erase(unused);
  return true;
}

}  // namespace flu::serve
