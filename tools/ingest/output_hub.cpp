// Tested by tests/e2e/ingest/hub-reconnect.sh

#include <algorithm>
#include <optional>
#include <utility>
#include <variant>

#include <boost/asio/post.hpp>
#include <boost/asio/steady_timer.hpp>

#include "libcommon/base/log.h"
#include "libcommon/io/unix_socket.h"
#include "tools/ingest/output.h"

namespace flu::ingest {
namespace {

// A hub that was killed is back well within its two seconds; one that prefers another producer is
// asked again, but not in a hurry.
constexpr std::chrono::milliseconds kFirstPause{50};
constexpr std::chrono::milliseconds kMaxPause{1'000};

class HubOutput final : public Output {
 public:
  HubOutput(boost::asio::io_context& loop, link::WriteMode mode, const container::StreamHead& head,
            std::string path, OutputHandlers handlers)
      : loop_(loop),
        mode_(mode),
        head_(head),
        path_(std::move(path)),
        handlers_(std::move(handlers)),
        timer_(loop) {
    connect();
  }

  Result<> write(media::Unit unit, const link::FragmentContext& context) override {
    if (const auto* change = std::get_if<media::TracksChanged>(&unit)) {
      tracks_ = *change;
      if (const auto* main = media::main_track(change->tracks)) main_id_ = main->id;
      return pass_on(std::move(unit), context);
    }
    if (const auto* sample = std::get_if<media::Sample>(&unit); sample != nullptr) {
      if (!writer_) {
        ++dropped_;
        return {};
      }
      if (is_waiting_for_key_) {
        if (sample->track_id != main_id_ || !sample->is_key()) {
          ++dropped_;
          return {};
        }
        is_waiting_for_key_ = false;
        pause_ = kFirstPause;
      }
    }
    return pass_on(std::move(unit), context);
  }

  Result<> flush() override {
    if (!writer_) return {};
    if (const auto flushed = pipe_->flush(); !flushed) lose(flushed.error());
    return {};
  }

  void finish(std::chrono::milliseconds timeout) override {
    timer_.cancel();
    if (writer_ && writer_->end()) pipe_->drain(timeout);
    is_finished_ = true;
  }

  [[nodiscard]] bool is_full() const override {
    // A file waits for its hub; a live source does not.
    if (mode_ == link::WriteMode::kBackPressure && !pipe_) return true;
    return pipe_ && pipe_->is_full();
  }

  [[nodiscard]] OutputCounters counters() const override {
    OutputCounters out{bytes_, dropped_, reconnects_};
    if (writer_) {
      out.bytes += writer_->counters().bytes;
      out.dropped_samples += writer_->counters().dropped_samples;
    }
    return out;
  }

 private:
  Result<> pass_on(media::Unit unit, const link::FragmentContext& context) {
    if (!writer_) return {};
    const auto written = writer_->write(std::move(unit), context);
    if (!written) lose(written.error());
    return {};
  }

  void connect() {
    auto socket = io::connect_unix(path_, io::UnixType::kStream);
    if (!socket) {
      if (!is_silent_) log_info("{}: waiting for the hub", socket.error().message);
      is_silent_ = true;
      return retry();
    }
    is_silent_ = false;
    pipe_ = std::make_unique<link::PipeWriter>(loop_, std::move(*socket), mode_, path_);
    pipe_->on_drained(handlers_.on_drained);
    // The pipe calls from inside itself: it is let go of later.
    ++connection_;
    pipe_->on_closed(
        [this, alive = std::weak_ptr<bool>(alive_), connection = connection_](const Error& error) {
          boost::asio::post(loop_, [this, alive, connection, error] {
            if (!alive.expired() && connection == connection_) lose(error);
          });
        });
    writer_ = std::make_unique<link::UnitWriter>(head_, *pipe_);
    is_waiting_for_key_ = true;
    if (tracks_) {
      if (const auto written = writer_->write(*tracks_, {}); !written) return lose(written.error());
    }
    if (handlers_.on_drained) boost::asio::post(loop_, handlers_.on_drained);
  }

  // The hub is gone, or prefers somebody else.
  void lose(const Error& error) {
    if (!writer_ || is_finished_) return;
    log_info("{}: connecting again", error.message);
    const OutputCounters so_far = counters();
    writer_.reset();
    bytes_ = so_far.bytes;
    dropped_ = so_far.dropped_samples;
    ++reconnects_;
    boost::asio::post(loop_, [old = std::shared_ptr<link::PipeWriter>(std::move(pipe_))] {});
    retry();
  }

  void retry() {
    timer_.expires_after(pause_);
    pause_ = std::min(pause_ * 2, kMaxPause);
    timer_.async_wait([this, alive = std::weak_ptr<bool>(alive_)](auto failed) {
      if (!failed && !alive.expired() && !is_finished_) connect();
    });
  }

  boost::asio::io_context& loop_;
  link::WriteMode mode_;
  container::StreamHead head_;
  std::string path_;
  OutputHandlers handlers_;
  boost::asio::steady_timer timer_;
  std::shared_ptr<bool> alive_ = std::make_shared<bool>(true);
  std::chrono::milliseconds pause_ = kFirstPause;
  bool is_silent_ = false;
  bool is_finished_ = false;

  std::unique_ptr<link::PipeWriter> pipe_;
  std::unique_ptr<link::UnitWriter> writer_;
  std::optional<media::Unit> tracks_;
  std::uint32_t main_id_ = 0;
  bool is_waiting_for_key_ = true;
  std::uint64_t connection_ = 0;
  std::uint64_t bytes_ = 0;
  std::uint64_t dropped_ = 0;
  std::uint64_t reconnects_ = 0;
};

}  // namespace

std::unique_ptr<Output> make_hub_output(boost::asio::io_context& loop, link::WriteMode mode,
                                        const container::StreamHead& head, std::string path,
                                        OutputHandlers handlers) {
  return std::make_unique<HubOutput>(loop, mode, head, std::move(path), std::move(handlers));
}

}  // namespace flu::ingest
