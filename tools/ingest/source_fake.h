#pragma once

#include <deque>
#include <optional>

#include <boost/asio/steady_timer.hpp>

#include "libcommon/base/unique_fd.h"
#include "libcommon/media/carried_clock.h"
#include "tools/ingest/source.h"
#include "tools/ingest/ts_input.h"

namespace flu::ingest {

// The fake:// clip, exactly a minute, played in time with the minutes of UTC: what it shows are the
// seconds of the clock, and its times are UTC. No seam where it begins again.
class FakeSource final : public Source {
 public:
  explicit FakeSource(boost::asio::io_context& loop);

  Result<> start(Handlers handlers) override;
  [[nodiscard]] media::Pacing pacing() const override { return media::Pacing::kUtc; }
  [[nodiscard]] SourceCounters counters() const override { return input_.counters(); }

 private:
  void join(MonotonicTime now);
  void step();
  void wait_until(MonotonicTime time);
  Result<> read_more();
  void take(media::Unit unit);

  boost::asio::io_context& loop_;
  Handlers handlers_;
  boost::asio::steady_timer timer_;
  std::shared_ptr<bool> alive_ = std::make_shared<bool>(true);
  UniqueFd fd_;
  TsInput input_;
  Buffer buffer_;

  std::optional<media::CarriedClock> clock_;
  media::Timestamp minute_{0};                  // UTC of the clip's first picture
  media::Timestamp first_{0};                   // what is before it is left out
  std::optional<media::Timestamp> clip_start_;  // in the clip's own time
  std::deque<media::Unit> queue_;               // in UTC, not due yet
  std::deque<media::Sample> before_video_;      // sound in front of the first picture
};

}  // namespace flu::ingest
