// Tested by tests/e2e/ingest/format-ts-ffprobe.sh

#include <utility>
#include <variant>

#include "libcommon/container/mpegts/ts_writer.h"
#include "tools/ingest/output.h"

namespace flu::ingest {
namespace {

// MPEG-TS has no place for it.
media::Tracks without_text(media::Tracks tracks) {
  std::erase_if(tracks, media::is_text);
  return tracks;
}

class TsOutput final : public Output {
 public:
  TsOutput(boost::asio::io_context& loop, link::WriteMode mode, OutputHandlers handlers)
      : pipe_(link::PipeWriter::standard_output(loop, mode)) {
    pipe_->on_drained(std::move(handlers.on_drained));
    pipe_->on_closed(std::move(handlers.on_closed));
  }

  Result<> write(media::Unit unit, const link::FragmentContext&) override {
    if (const auto* change = std::get_if<media::TracksChanged>(&unit)) {
      const media::Track* main = media::main_track(change->tracks);
      main_id_ = main != nullptr ? main->id : 0;
      set_tracks(without_text(change->tracks));
      is_dropping_ = false;
      return {};
    }
    if (!writer_) return {};
    if (std::holds_alternative<media::Discontinuity>(unit)) {
      writer_->mark_discontinuity();
      return {};
    }
    if (const auto* event = std::get_if<media::Event>(&unit)) return write_event(*event);
    const auto* sample = std::get_if<media::Sample>(&unit);
    if (sample == nullptr || media::find_track(tracks_, sample->track_id) == nullptr) return {};
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
    return send(std::move(out));
  }

  Result<> flush() override { return pipe_->flush(); }

  void finish(std::chrono::milliseconds timeout) override { pipe_->drain(timeout); }

  [[nodiscard]] bool is_full() const override { return pipe_->is_full(); }
  [[nodiscard]] OutputCounters counters() const override { return {bytes_, dropped_, 0}; }

 private:
  // One writer for all: the reader goes on with its counters and the next version of its tables.
  void set_tracks(media::Tracks tracks) {
    tracks_ = std::move(tracks);
    if (writer_) return writer_->set_tracks(tracks_);
    container::TsWriterOptions options;
    options.service_name = options.provider = "flu";
    writer_ = std::make_unique<container::TsWriter>(tracks_, options);
  }

  // One that comes while pictures are dropped goes with them.
  Result<> write_event(const media::Event& event) {
    Buffer out;
    if (is_dropping_ || !pipe_->has_room() || !writer_->write_event(event, out)) return {};
    return send(std::move(out));
  }

  Result<> send(Buffer bytes) {
    bytes_ += bytes.size();
    return pipe_->append(std::move(bytes), {});
  }

  std::unique_ptr<link::PipeWriter> pipe_;
  std::unique_ptr<container::TsWriter> writer_;
  media::Tracks tracks_;
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
