// Tested by tests/e2e/ingest/file-ffprobe.sh

#include <utility>

#include "tools/ingest/output.h"

namespace flu::ingest {
namespace {

class FluOutput final : public Output {
 public:
  FluOutput(boost::asio::io_context& loop, link::WriteMode mode, const container::StreamHead& head,
            OutputHandlers handlers)
      : pipe_(link::PipeWriter::standard_output(loop, mode)), writer_(head, *pipe_) {
    pipe_->on_drained(std::move(handlers.on_drained));
    pipe_->on_closed(std::move(handlers.on_closed));
  }

  Result<> write(media::Unit unit, const link::FragmentContext& context) override {
    return writer_.write(std::move(unit), context);
  }

  Result<> flush() override { return pipe_->flush(); }

  void finish(std::chrono::milliseconds timeout) override {
    if (writer_.end()) pipe_->drain(timeout);
  }

  [[nodiscard]] bool is_full() const override { return pipe_->is_full(); }

  [[nodiscard]] OutputCounters counters() const override {
    return {writer_.counters().bytes, writer_.counters().dropped_samples, 0};
  }

 private:
  std::unique_ptr<link::PipeWriter> pipe_;
  link::UnitWriter writer_;
};

}  // namespace

std::unique_ptr<Output> make_flu_output(boost::asio::io_context& loop, link::WriteMode mode,
                                        const container::StreamHead& head,
                                        OutputHandlers handlers) {
  return std::make_unique<FluOutput>(loop, mode, head, std::move(handlers));
}

}  // namespace flu::ingest
