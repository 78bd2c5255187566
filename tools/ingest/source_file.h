#pragma once

#include <optional>

#include <boost/asio/posix/stream_descriptor.hpp>
#include <boost/asio/steady_timer.hpp>

#include "libcommon/base/unique_fd.h"
#include "tools/ingest/pacer.h"
#include "tools/ingest/source.h"
#include "tools/ingest/ts_input.h"

namespace flu::ingest {

// MPEG-TS from a file, paced in real time unless it is to be fast, or from standard input, which is
// never paced.
class FileSource final : public Source {
 public:
  FileSource(boost::asio::io_context& loop, const SourceUrl& url, const SourceSettings& settings);

  Result<> start(Handlers handlers) override;
  void resume() override;
  [[nodiscard]] media::Pacing pacing() const override;
  [[nodiscard]] SourceCounters counters() const override { return input_.counters(); }

 private:
  void schedule();  // step() when there is something to do
  void step();
  void step_fast();
  void step_paced();
  bool read_more(Units& out);  // false: the end, or an error, was dealt with
  bool end_pass(Units& out);
  void finish(Result<> result);
  void tell_end();
  void wait_until(MonotonicTime time);

  boost::asio::io_context& loop_;
  SourceUrl url_;
  SourceSettings settings_;
  Handlers handlers_;
  UniqueFd fd_;
  std::optional<boost::asio::posix::stream_descriptor> waiting_;  // where reading may block
  boost::asio::steady_timer timer_;
  std::shared_ptr<bool> alive_ = std::make_shared<bool>(true);
  bool is_scheduled_ = false;
  bool is_finished_ = false;
  Result<> result_;

  TsInput input_;
  Buffer buffer_;
  std::uint64_t pass_samples_ = 0;  // a pass without any is not repeated

  Pacer pacer_;
};

}  // namespace flu::ingest
