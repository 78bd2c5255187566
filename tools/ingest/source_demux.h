#pragma once

#include <memory>
#include <optional>
#include <string>

#include <boost/asio/posix/stream_descriptor.hpp>
#include <boost/asio/steady_timer.hpp>

#include "libcommon/base/unique_fd.h"
#include "libcommon/container/mp4/flu_stream.h"
#include "libcommon/media/start_burst.h"
#include "tools/ingest/child.h"
#include "tools/ingest/child_errors.h"
#include "tools/ingest/pacer.h"
#include "tools/ingest/source.h"

namespace flu::ingest {

// What flu-demux reads: other protocols, and files of other containers, which are paced like ours.
// It is a child of this process; its end is the source's, and its last word the reason.
class DemuxSource final : public Source {
 public:
  DemuxSource(boost::asio::io_context& loop, const SourceUrl& url, const SourceSettings& settings);
  ~DemuxSource() override;

  Result<> start(Handlers handlers) override;
  void resume() override;
  [[nodiscard]] media::Pacing pacing() const override;
  [[nodiscard]] SourceCounters counters() const override;

 private:
  Result<> launch();
  void read_output();
  void on_readable();
  [[nodiscard]] bool wants_more() const;
  Result<> take_units(Units& out);
  void take_unit(container::StreamUnit unit, Units& out);
  [[nodiscard]] bool is_text(std::uint32_t track_id) const;
  void deliver(Units& units);
  void hold_burst(Units& units);
  void play_due();
  void on_exit();
  void on_last_output();
  void finish(Result<> result);
  [[nodiscard]] bool is_paced() const { return pacing() == media::Pacing::kPaced; }

  boost::asio::io_context& loop_;
  SourceUrl url_;
  SourceSettings settings_;
  Handlers handlers_;
  std::shared_ptr<bool> alive_ = std::make_shared<bool>(true);
  UniqueFd file_;  // of file://
  UniqueFd conf_;  // the secrets of another
  std::optional<Child> child_;
  std::optional<ChildErrors> errors_;
  boost::asio::posix::stream_descriptor output_;
  boost::asio::posix::stream_descriptor exit_;
  bool is_reading_ = false;  // a wait for more is under way
  bool has_output_ended_ = false;
  bool has_ended_ = false;  // on_end was called, or will be when all was played
  std::optional<Result<>> result_;

  std::unique_ptr<container::FluReader> reader_;
  std::uint64_t bytes_ = 0;
  bool is_recording_ = false;       // what its server gives: a finished playlist
  std::uint64_t pass_samples_ = 0;  // a pass without any is not repeated

  Pacer pacer_;
  boost::asio::steady_timer due_timer_;
  media::Tracks tracks_;                    // as they were told last
  std::optional<media::StartBurst> burst_;  // until it is over
  Units held_;
  boost::asio::steady_timer burst_timer_;
};

}  // namespace flu::ingest
