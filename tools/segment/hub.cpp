// Tested by tests/e2e/segment/end-shell.sh
#include "tools/segment/hub.h"

#include <linux/magic.h>
#include <sys/vfs.h>
#include <unistd.h>

#include <chrono>
#include <csignal>
#include <memory>
#include <optional>
#include <utility>

#include <boost/asio/io_context.hpp>
#include <boost/asio/signal_set.hpp>
#include <boost/asio/steady_timer.hpp>
#include <fmt/format.h>
#include <nlohmann/json.hpp>

#include "libcommon/base/log.h"
#include "libcommon/base/text.h"
#include "libcommon/io/unix_socket.h"
#include "libcommon/service/exit_code.h"
#include "libcommon/service/process.h"
#include "libcommon/service/run_dir.h"
#include "libcommon/service/status.h"
#include "libcommon/store/window_names.h"
#include "tools/segment/fan_out.h"
#include "tools/segment/live_stream.h"
#include "tools/segment/lock.h"
#include "tools/segment/news.h"
#include "tools/segment/producers.h"
#include "tools/segment/status_report.h"

namespace flu::hub {
namespace {

using boost::asio::io_context;
using boost::asio::steady_timer;

constexpr std::chrono::seconds kTick{1};

void warn_if_on_disk(const std::string& folder) {
  struct statfs status {};
  if (::statfs(folder.c_str(), &status) != 0 || status.f_type == TMPFS_MAGIC) return;
  log_info("{} is not in memory (tmpfs): every segment is written to a disk, and goes from it soon",
           folder);
}

// The parts of a running hub, wired together.
class Hub {
 public:
  Hub(const Options& options, std::string folder, UniqueFd lock)
      : options_(options),
        folder_(std::move(folder)),
        lock_(std::move(lock)),
        signals_(loop_, SIGTERM, SIGINT),
        tick_(loop_),
        leave_(loop_),
        fan_out_(loop_),
        news_(loop_) {}

  Result<void> start(const service::CommonOptions& common) {
    FLU_TRY_ASSIGN(const auto settings, window_settings(options_));
    status_ =
        std::make_unique<service::StatusReporter>(loop_, common, [this] { return counters(); });
    FLU_TRY_ASSIGN(stream_, LiveStream::open(folder_, settings, listeners()));
    producers_ = std::make_unique<Producers>(
        loop_, *stream_,
        Producers::Hooks{[this] { progress(); },
                         [this](std::optional<Error> why) { end_of_stdin(std::move(why)); }});
    FLU_TRY(listen());
    status_->on_command([this](const nlohmann::json& command) { obey(command); });
    signals_.async_wait([this](const boost::system::error_code& error, int) {
      if (error) return;
      service::block_stop_signals();
      stop();
    });
    tick();
    if (!options_.has_no_stdin) producers_->add_stdin();
    status_->ready();
    return {};
  }

  Result<void> run() {
    loop_.run();
    if (!failure_) {
      status_->exiting(0, "");
      return {};
    }
    status_->exiting(static_cast<int>(service::to_exit_code(failure_->code)), failure_->message);
    return tl::unexpected<Error>(*failure_);
  }

 private:
  Listeners listeners() {
    return {[this](const segment::IndexRecord& record) {
              if (news_.count() == 0) return;
              stream_->flush();  // a part that is told can be read
              news_.tell(record);
            },
            [this](std::string_view name, const nlohmann::json& fields) {
              nlohmann::json all = fields;
              all["stream"] = options_.name;
              status_->event(name, all);
            }};
  }

  Result<void> listen() {
    const auto open = [this](std::string_view name, io::UnixType type) {
      return io::listen_unix(store::in_folder(folder_, name), type);
    };
    FLU_TRY_ASSIGN(UniqueFd out, open(store::kOutSocket, io::UnixType::kStream));
    FLU_TRY_ASSIGN(UniqueFd news, open(store::kNewsSocket, io::UnixType::kSeqPacket));
    FLU_TRY_ASSIGN(UniqueFd in, open(store::kInSocket, io::UnixType::kStream));
    fan_out_.listen(std::move(out), [this] {
      stream_->set_followed(true);
      stream_->flush();
    });
    news_.listen(std::move(news), [this] {
      stream_->flush();
      return stream_->parts().current();
    });
    producers_->listen(std::move(in));
    return {};
  }

  void tick() {
    tick_.expires_after(kTick);
    tick_.async_wait([this](const boost::system::error_code& error) {
      if (error) return;
      const MonotonicTime now = monotonic_now();
      producers_->check(now);
      stream_->flush_if_due(now);
      fan_out_.check(now);
      // A producer that came by in.sock after the end of standard input has left.
      if (is_left_ && !producers_->is_playing() && !is_leaving_) leave_after_window();
      if (is_leaving_ && producers_->is_playing()) come_back();
      tick();
    });
  }

  void progress() {
    stream_->set_followed(fan_out_.count() > 0 || news_.count() > 0);
    if (fan_out_.count() > 0) stream_->flush();
    fan_out_.progress(stream_->log());
  }

  nlohmann::json counters() {
    return status_counters({*stream_, *producers_, fan_out_, news_}, meter_, monotonic_now());
  }

  // {"type": "options", "segment_duration": 4, "segments": 5, "segment_count": 5}, {"type":
  // "resync"}
  void obey(const nlohmann::json& command) {
    if (command.value("type", "") == "resync") stream_->resync_with_next();
    if (command.value("type", "") != "options") return;
    const auto settings = changed_settings(stream_->publisher().window().settings(), command);
    if (settings) {
      stream_->change(*settings);
    } else {
      log_alert("options refused: {}", settings.error().message);
    }
  }

  void end_of_stdin(std::optional<Error> why) {
    if (options_.stays) return;
    failure_ = std::move(why);
    is_left_ = true;
    if (!producers_->is_playing()) leave_after_window();
  }

  // By hand: the window stays for its length, so that players can come to its end.
  void leave_after_window() {
    is_leaving_ = true;
    store::WindowWriter& window = stream_->publisher().window();
    const auto& records = window.records();
    media::Ticks length{0};
    const std::size_t shown =
        std::min<std::size_t>(records.size(), window.settings().playlist_segments);
    for (std::size_t i = records.size() - shown; i < records.size(); ++i) {
      length += media::Ticks(records[i].duration);
    }
    set_ended(true);
    fan_out_.progress(stream_->log());
    log_info("the stream ended; its window stays for {:.1f} s",
             static_cast<double>(length.count()) / 90000.0);
    leave_.expires_after(std::chrono::duration_cast<std::chrono::milliseconds>(length));
    leave_.async_wait([this](const boost::system::error_code& error) {
      if (!error && !producers_->is_playing()) stop();
    });
  }

  void come_back() {
    is_leaving_ = false;
    leave_.cancel();
    failure_.reset();
    set_ended(false);
  }

  void set_ended(bool has_ended) {
    if (const auto done = stream_->publisher().window().set_ended(has_ended); !done) {
      log_alert("{}", done.error().message);
    }
    if (has_ended) {
      segment::IndexRecord end;
      end.type = segment::RecordType::kClose;
      end.start = media::to_timestamp(wall_now());
      news_.tell(end);
    }
  }

  void stop() {
    producers_->close_all();
    stream_->end_source();
    fan_out_.progress(stream_->log());
    fan_out_.close_all();
    set_ended(true);
    news_.close_all();
    for (const auto name : {store::kInSocket, store::kOutSocket, store::kNewsSocket}) {
      ::unlink(store::in_folder(folder_, name).c_str());
    }
    // A supervisor's hub leaves its window to its successor; by hand nothing is left behind.
    if (!options_.has_no_stdin) {
      stream_->publisher().window().remove();
      remove_stream_folder(folder_);
    }
    loop_.stop();
  }

  Options options_;
  std::string folder_;
  UniqueFd lock_;
  io_context loop_{1};
  boost::asio::signal_set signals_;
  steady_timer tick_;
  steady_timer leave_;
  FanOut fan_out_;
  News news_;
  Meter meter_;
  std::unique_ptr<service::StatusReporter> status_;
  std::unique_ptr<LiveStream> stream_;
  std::unique_ptr<Producers> producers_;
  std::optional<Error> failure_;
  bool is_left_ = false;     // standard input ended: the hub ends with its last producer
  bool is_leaving_ = false;  // waits for the window's length
};

}  // namespace

Result<> run(const Options& options, const service::CommonOptions& common) {
  if (!is_stream_name(options.name)) {
    return fail(
        ErrorCode::kInvalidArgument,
        fmt::format("stream name '{}': expected 1 to 200 letters, digits, '.', '_', '-', in "
                    "parts divided by '/', none of them empty or beginning with a dot",
                    printable(options.name)));
  }
  FLU_TRY(window_settings(options));
  FLU_TRY_ASSIGN(const service::RunDir run_dir, service::open_run_dir(common));
  const std::string folder = run_dir.live(options.name);
  FLU_TRY_ASSIGN(UniqueFd lock, lock_stream(folder, options.name));
  warn_if_on_disk(folder);
  Hub hub(options, folder, std::move(lock));
  FLU_TRY(hub.start(common));
  return hub.run();
}

}  // namespace flu::hub
