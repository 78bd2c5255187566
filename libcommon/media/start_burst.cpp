#include "libcommon/media/start_burst.h"

#include <algorithm>
#include <variant>

namespace flu::media {
namespace {

constexpr std::chrono::milliseconds kWindow{100};
constexpr std::chrono::seconds kMaxWait{2};               // of a viewer who waits for the picture
constexpr std::size_t kMaxBytes = std::size_t{32} << 20;  // 20 s at 12 Mbit/s
constexpr Ticks kLump{4'500};  // frames come one by one: 50 ms more than the window is no burst

}  // namespace

void StartBurst::add(std::span<const Unit> units, const Arrival& arrival) {
  for (const Unit& unit : units) {
    const auto* sample = std::get_if<Sample>(&unit);
    if (sample == nullptr || sample->is_sparse) continue;
    bytes_ += sample->data.size();
    if (track_ && sample->track_id != *track_) continue;
    newest_ = track_ ? std::max(newest_, sample->dts) : sample->dts;
    track_ = sample->track_id;
  }
  if (!track_) return;
  if (!mark_) {
    start_ = arrival.monotonic;
    mark_ = Point{arrival.monotonic, newest_};
  }
  const auto took = arrival.monotonic - mark_->arrival;
  if (took >= kWindow) {
    const auto real_time = std::chrono::floor<Ticks>(took);
    is_over_ = is_over_ || newest_ - mark_->newest <= real_time * 3 / 2 + kLump;
    mark_ = Point{arrival.monotonic, newest_};
  }
  is_over_ = is_over_ || bytes_ >= kMaxBytes || arrival.monotonic - start_ >= kMaxWait;
}

}  // namespace flu::media
