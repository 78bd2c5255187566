// Tested by tests/unit/hub/live_stream_test.cpp
#include "tools/segment/publisher.h"

#include <sys/statvfs.h>
#include <unistd.h>

#include <chrono>
#include <utility>

#include <nlohmann/json.hpp>

#include "libcommon/base/log.h"
#include "libcommon/event/types.h"
#include "libcommon/store/window_names.h"
#include "tools/segment/consolidate.h"
#include "tools/segment/limits.h"

namespace flu::hub {

Result<Publisher> Publisher::open(const std::string& folder, const store::WindowSettings& settings,
                                  Listeners listeners) {
  FLU_TRY_ASSIGN(store::WindowWriter window, store::WindowWriter::open(folder, settings));
  return Publisher(folder, std::move(window), std::move(listeners));
}

void Publisher::publish(const SegmentTable& segment, std::uint32_t target_duration) {
  auto done = try_publish(segment, target_duration);
  if (!done && relieve(done.error())) done = try_publish(segment, target_duration);
  if (done) {
    recover_length();
    return;
  }
  ++lost_segments_;
  log_alert("segment {} is lost: {}", segment.start.seq, done.error().message);
  listeners_.event(event::kSegmentLost,
                   {{"seq", segment.start.seq}, {"reason", done.error().message}});
}

Result<void> Publisher::try_publish(const SegmentTable& segment, std::uint32_t target_duration) {
  FLU_TRY_ASSIGN(const segment::IndexRecord record, consolidate(segment, folder_));
  // Fixed by the first segment; after that only a longer one raises it. HLS compares the rounded
  // duration (RFC 8216 4.3.3.1).
  if (window_.target_duration() == 0) window_.raise_target_duration(target_duration);
  const media::Ticks duration(record.duration);
  if (std::chrono::round<std::chrono::seconds>(duration).count() > window_.target_duration()) {
    const auto seconds = std::chrono::ceil<std::chrono::seconds>(duration).count();
    window_.raise_target_duration(static_cast<std::uint32_t>(seconds));
  }
  if (auto added = window_.append(record); !added) {
    ::unlink(store::in_folder(folder_, store::segment_file(record.start)).c_str());
    return added;
  }
  if (is_reduced_) FLU_TRY(window_.shrink(kSegmentsWhenFull));
  ++segments_;
  log_debug("segment {} of {:.3f} s, {} bytes", record.seq, record.duration / 90000.0, record.size);
  listeners_.news(record);
  return {};
}

bool Publisher::relieve(const Error& why) {
  if (why.code != ErrorCode::kUnavailable || window_.records().size() <= kSegmentsWhenFull) {
    return false;
  }
  if (!is_reduced_) {
    log_alert("{}: the window shrinks to {} segments", why.message, kSegmentsWhenFull);
    listeners_.event(event::kWindowFull,
                     {{"reason", why.message}, {"segments", kSegmentsWhenFull}});
  }
  is_reduced_ = true;
  reduced_at_ = monotonic_now();
  // The index is allocated in full, so these cannot fail for want of room.
  const auto limited = window_.limit_playlist(kSegmentsWhenFull);
  const auto shrunk = window_.shrink(kSegmentsWhenFull);
  return limited && shrunk;
}

// Back to the full length once there is room to spare.
void Publisher::recover_length() {
  if (!is_reduced_ || monotonic_now() - reduced_at_ < kMinTimeReduced) return;
  struct statvfs status {};
  if (::statvfs(folder_.c_str(), &status) != 0 || status.f_blocks == 0) return;
  if (status.f_bavail * 100 / status.f_blocks < kFreePercentToRecover) return;
  if (!window_.limit_playlist(window_.settings().playlist_segments)) return;
  is_reduced_ = false;
  log_info("the window has its full length again");
  listeners_.event(event::kWindowRestored, {{"segments", window_.settings().playlist_segments}});
}

Result<std::uint32_t> Publisher::keep_init(Bytes init) {
  auto hash = window_.keep_init(init);
  if (!hash && relieve(hash.error())) hash = window_.keep_init(init);
  return hash;
}

}  // namespace flu::hub
