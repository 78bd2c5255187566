// Tested by tests/e2e/ingest/format-ts-ffprobe.sh

#include <utility>
#include <variant>

#include "libcommon/container/mpegts/ts_writer.h"
#include "tools/ingest/output.h"

namespace flu::ingest {
namespace {

class TsOutput final : public Output {
 public:
  TsOutput(boost::asio::io_context& loop, link::WriteMode mode, OutputHandlers handlers)
      : pipe_(link::PipeWriter::standard_output(loop, mode)) {
    pipe_->on_drained(std::move(handlers.on_drained));
    pipe_->on_closed(std::move(handlers.on_closed));
  }

  Result<> write(const media::Unit& unit, const link::FragmentContext&) override {
    if (const auto* change = std::get_if<media::TracksChanged>(&unit)) {
      const media::Track* main = media::main_track(change->tracks);
      main_id_ = main != nullptr ? main->id : 0;
      writer_ = std::make_unique<container::TsWriter>(change->tracks);
      is_dropping_ = false;
      return {};
    }
    const auto* sample = std::get_if<media::Sample>(&unit);
    if (sample == nullptr || !writer_) return {};
    if (!pipe_->has_room()) is_dropping_ = true;
    if (is_dropping_ && sample->track_id == main_id_ && sample->is_key() && pipe_->has_room()) {
      is_dropping_ = false;
    }
    if (is_dropping_) {
      ++dropped_;
      return {};
    }
    Buffer out;
    FLU_TRY(writer_->write(
        {sample->track_id, sample->dts, sample->cts, sample->is_key(), sample->data}, out));
    bytes_ += out.size();
    return pipe_->append(std::move(out), {});
  }

  void finish(std::chrono::milliseconds timeout) override { pipe_->drain(timeout); }

  [[nodiscard]] bool is_full() const override { return pipe_->is_full(); }
  [[nodiscard]] OutputCounters counters() const override { return {bytes_, dropped_, 0}; }

 private:
  std::unique_ptr<link::PipeWriter> pipe_;
  std::unique_ptr<container::TsWriter> writer_;
  std::uint32_t main_id_ = 0;
  bool is_dropping_ = false;
  std::uint64_t bytes_ = 0;
  std::uint64_t dropped_ = 0;
};

}  // namespace

std::unique_ptr<Output> make_ts_output(boost::asio::io_context& loop, link::WriteMode mode,
                                       OutputHandlers handlers) {
  return std::make_unique<TsOutput>(loop, mode, std::move(handlers));
}

}  // namespace flu::ingest
