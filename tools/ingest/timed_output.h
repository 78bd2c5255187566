#pragma once

#include <cstdint>
#include <string>
#include <vector>

#include <nlohmann/json_fwd.hpp>

#include "libcommon/base/result.h"
#include "libcommon/media/timeline.h"
#include "libcommon/service/status.h"
#include "tools/ingest/change_hold.h"
#include "tools/ingest/output.h"
#include "tools/ingest/source.h"

namespace flu::ingest {

// What the source that plays gives, its times mapped to UTC, into the output.
class TimedOutput {
 public:
  // Both outlive it.
  TimedOutput(Output& output, service::StatusReporter& status);

  struct Origin {
    std::uint32_t number = 0;  // of the source, from 1
    std::string url;           // for messages, without secrets
    media::Pacing pacing = media::Pacing::kLive;
    bool is_slate = false;   // the backup
    std::uint64_t lost = 0;  // packets, before anything of it was written
  };

  // Another source, or the same anew: times are anchored again.
  void begin(Origin origin, const std::string& reason);
  void restart(const std::string& reason);

  // `lost`: packets that the source has lost in all. kCancelled: the reader has
  // closed its end.
  Result<> write(Units& units, const media::Arrival& arrival, std::uint64_t lost);

  // The end of the stream: what was held back.
  Result<> finish();

  [[nodiscard]] std::uint64_t frames() const { return frames_; }
  void add_counters(nlohmann::json& out);  // bitrate: since the last call

 private:
  Result<> write_unit(media::Unit& unit, const media::Arrival& arrival, std::uint64_t lost);
  Result<> write_sample(media::Sample& sample, const media::Arrival& arrival, std::uint64_t lost);
  Result<> write_event(media::Event event, const media::Arrival& arrival);
  Result<> write_tracks(media::TracksChanged& change, const media::Arrival& arrival);
  Result<> pass_on(media::Unit unit, const media::Arrival& arrival, std::uint32_t lost = 0);
  Result<> give(ChangeHold::Items items);
  void note_pace();

  Output& output_;
  service::StatusReporter& status_;
  Origin origin_;
  media::Timeline timeline_{media::Pacing::kLive};
  bool was_retimed_ = false;
  bool was_clock_unsure_ = false;
  media::Tracks tracks_;
  ChangeHold hold_;
  bool is_restarted_ = false;  // nothing was written since: the reader tells of all tracks at once
  std::vector<media::Event> early_events_;  // came before the first frame
  std::uint64_t lost_ = 0;                  // packets of this source, already told

  std::uint64_t frames_ = 0;
  std::uint64_t payload_bytes_ = 0;
  std::uint64_t late_frames_ = 0;
  std::uint64_t discontinuities_ = 0;
  media::Timestamp last_dts_{0};
  std::uint64_t rate_bytes_ = 0;  // at the last add_counters()
  MonotonicTime rate_since_;
};

}  // namespace flu::ingest
