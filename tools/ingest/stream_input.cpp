// Tested by tests/e2e/ingest/tstcp-socat.sh

#include "tools/ingest/stream_input.h"

#include <utility>

#include <fmt/format.h>

#include "libcommon/base/clock.h"

namespace flu::ingest {

StreamInput::StreamInput(boost::asio::io_context& loop, const container::TsReaderOptions& options)
    : input_(options), timer_(loop), program_(options.program) {}

void StreamInput::feed(Bytes bytes) {
  input_.feed(bytes, units_);
  gate_.add(units_, monotonic_now());
  give_held(false);
}

bool StreamInput::finish() {
  const std::weak_ptr<bool> alive = alive_;
  input_.finish(units_);
  gate_.add(units_, monotonic_now());
  give_held(true);
  return !alive.expired();
}

void StreamInput::give_held(bool is_end) {
  const MonotonicTime now = monotonic_now();
  Units units = gate_.take(now, is_end);
  if (units.empty()) {
    if (const auto deadline = gate_.deadline(now)) watch(*deadline);
    return;
  }
  had_units_ = true;
  // May destroy this.
  give_(units, {now, wall_now()});
}

// What is held goes out although nothing more comes.
void StreamInput::watch(MonotonicTime deadline) {
  if (is_watched_) return;
  is_watched_ = true;
  timer_.expires_at(boost::asio::steady_timer::time_point(
      std::chrono::duration_cast<boost::asio::steady_timer::duration>(
          deadline.time_since_epoch())));
  timer_.async_wait([this, alive = std::weak_ptr<bool>(alive_)](auto failed) {
    if (failed || alive.expired()) return;
    is_watched_ = false;
    give_held(false);
  });
}

std::chrono::milliseconds StreamInput::pause() {
  return gate_.pause(monotonic_now());
}

std::chrono::milliseconds StreamInput::unplayed(bool is_file) const {
  if (!had_units_ || !(is_file || gate_.is_file())) return {};
  return gate_.unplayed(monotonic_now());
}

std::string StreamInput::why_empty() const {
  if (had_units_) return {};
  const SourceCounters counters = input_.counters();
  const std::uint64_t packets = counters.ts.packets;
  if (counters.bytes == 0) return "nothing was sent";
  if (packets < 2 || counters.ts.skipped_bytes > counters.bytes / 2) {
    return fmt::format("{} bytes, which are not MPEG-TS", counters.bytes);
  }
  if (program_ != 0) {
    return fmt::format("no frames of program {} in {} packets of MPEG-TS", program_, packets);
  }
  return fmt::format("no frames in {} packets of MPEG-TS", packets);
}

}  // namespace flu::ingest
