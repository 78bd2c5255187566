#pragma once

#include <memory>
#include <optional>
#include <string>
#include <vector>

#include <boost/asio/io_context.hpp>
#include <boost/asio/steady_timer.hpp>
#include <nlohmann/json_fwd.hpp>

#include "libcommon/base/log.h"
#include "libcommon/media/timeline.h"
#include "libcommon/service/status.h"
#include "tools/ingest/failover.h"
#include "tools/ingest/output.h"
#include "tools/ingest/source.h"
#include "tools/ingest/source_url.h"

namespace flu::ingest {

// One source at a time, its times mapped to UTC, into the output; the next source when it ends.
class Session {
 public:
  struct Settings {
    std::vector<SourceUrl> urls;
    SourceSettings source;
    unsigned retry_limit = 0;
  };

  Session(boost::asio::io_context& loop, Settings settings);

  // `output` and `status` outlive the session.
  void start(Output& output, service::StatusReporter& status);

  void resume();  // the output has room again
  void stop(Result<> result);
  [[nodiscard]] const Result<>& result() const { return result_; }

  [[nodiscard]] nlohmann::json counters();

 private:
  void play();
  void on_units(Units& units, const media::Arrival& arrival);
  void on_unit(media::Unit& unit, const media::Arrival& arrival);
  bool retime(media::Sample& sample, const media::Arrival& arrival);
  void on_event(media::Event event, const media::Arrival& arrival);
  void on_tracks(media::TracksChanged& change, const media::Arrival& arrival);
  void write(media::Unit unit, const media::Arrival& arrival, std::uint32_t lost = 0);
  void on_source_end(const Result<>& result);
  void after_end(const Result<>& result);
  void play_after(std::chrono::milliseconds pause);
  void watch_frames();
  [[nodiscard]] bool is_finite() const;
  [[nodiscard]] const SourceUrl& url() const { return settings_.urls[failover_.current()]; }

  boost::asio::io_context& loop_;
  Settings settings_;
  Failover failover_;
  Output* output_ = nullptr;
  service::StatusReporter* status_ = nullptr;
  boost::asio::steady_timer retry_timer_;
  boost::asio::steady_timer frames_timer_;
  bool is_stopped_ = false;
  Result<> result_;

  std::unique_ptr<Source> source_;
  SourceCounters ended_;             // of the source before, while there is none
  std::uint64_t source_number_ = 0;  // of its life: what it still tells afterwards is not heard
  bool had_frames_ = false;
  bool had_any_frames_ = false;  // from any source
  MonotonicTime last_frame_{};

  media::Timeline timeline_{media::Pacing::kLive};
  bool was_retimed_ = false;
  bool was_clock_unsure_ = false;
  media::Tracks tracks_;
  std::vector<media::Event> early_events_;  // came before the first frame

  std::uint64_t frames_ = 0;
  std::uint64_t payload_bytes_ = 0;
  std::uint64_t late_frames_ = 0;
  std::uint64_t discontinuities_ = 0;
  std::uint64_t retries_ = 0;
  std::uint64_t lost_ = 0;  // packets of this source, already told
  media::Timestamp last_dts_{0};
  std::uint64_t rate_bytes_ = 0;  // at the last counters()
  MonotonicTime rate_since_{};
};

}  // namespace flu::ingest
