// Tested by tests/e2e/dvr/record-kill.sh
#include "tools/dvr/record/recorder.h"

#include <sys/resource.h>
#include <sys/stat.h>

#include <algorithm>
#include <csignal>
#include <map>
#include <memory>
#include <set>
#include <string>
#include <utility>
#include <vector>

#include <boost/asio/io_context.hpp>
#include <boost/asio/signal_set.hpp>
#include <boost/asio/steady_timer.hpp>
#include <fmt/format.h>
#include <nlohmann/json.hpp>

#include "libcommon/base/clock.h"
#include "libcommon/base/log.h"
#include "libcommon/base/text.h"
#include "libcommon/config/plan.h"
#include "libcommon/event/types.h"
#include "libcommon/io/file.h"
#include "libcommon/io/worker.h"
#include "libcommon/service/process.h"
#include "libcommon/service/run_dir.h"
#include "libcommon/service/state_dir.h"
#include "libcommon/service/status.h"
#include "tools/dvr/clean_limits.h"
#include "tools/dvr/record/backlog.h"
#include "tools/dvr/record/clean_news.h"
#include "tools/dvr/record/conf.h"
#include "tools/dvr/record/group_writer.h"
#include "tools/dvr/record/limits.h"
#include "tools/dvr/record/machine.h"
#include "tools/dvr/record/retry.h"
#include "tools/dvr/record/tail.h"

namespace flu::dvr {
namespace {

using nlohmann::json;

// A segment that waits is an open file.
void raise_descriptor_limit() {
  rlimit limit{};
  if (::getrlimit(RLIMIT_NOFILE, &limit) != 0) return;
  limit.rlim_cur = limit.rlim_max;
  (void)::setrlimit(RLIMIT_NOFILE, &limit);
}

// At the end: what waits, then once more what failed.
constexpr unsigned kLastGroups = 2;

struct Stream {
  RecordedStream conf;
  Tail tail;
  Retry retry;
  std::uint64_t given_up = 0;
};

class Recorder {
 public:
  Recorder(const Request& request, service::RunDir run_dir, GroupWriter::Settings settings,
           segment::ArchiveLimits limits)
      : options_(request.options),
        run_dir_(std::move(run_dir)),
        writer_(std::move(settings)),
        backlog_({kMaxBacklogBytes, kMaxBacklogTicks}),
        status_(loop_, request.common, [this] { return counters(); }),
        clean_news_(status_, options_.root),
        signals_(loop_, SIGTERM, SIGINT),
        timer_(loop_),
        limits_(limits) {}

  Result<void> run() {
    FLU_TRY_ASSIGN(worker_, io::Worker::start(loop_));
    for (const std::string& name : options_.names) {
      if (!is_stream_name(name)) {
        return fail(ErrorCode::kInvalidArgument,
                    fmt::format("'{}' is no name of a stream", printable(name)));
      }
      RecordedStream stream;
      stream.name = name;
      stream.limits = limits_;
      add(std::move(stream));
    }
    if (options_.names.empty()) {
      look_at_conf();
    } else {
      hand_over_limits();
    }
    signals_.async_wait([this](const auto& error, int) {
      if (!error) stop();
    });
    status_.ready();
    tick();
    loop_.run();
    worker_.reset();
    status_.exiting(0, "stopped");
    return {};
  }

 private:
  std::string conf_path() const {
    if (!options_.conf.empty()) return options_.conf;
    return fmt::format("{}/{}", run_dir_.conf(),
                       config::unit_file(config::recorder_name(options_.root)));
  }

  // Replaced by rename: another file. An inode may be used again, hence the time too.
  void look_at_conf() {
    const std::string path = conf_path();
    struct stat found {};
    if (::stat(path.c_str(), &found) != 0) return;
    const auto changed =
        static_cast<std::int64_t>(found.st_mtim.tv_sec) * 1'000'000'000 + found.st_mtim.tv_nsec;
    if (conf_file_ == std::pair(found.st_ino, changed)) return;
    conf_file_ = {found.st_ino, changed};
    const auto content = io::read_file(path, kMaxConf);
    if (!content) return log_alert("{}", content.error().message);
    auto streams = parse_conf(as_text(*content));
    if (!streams) return log_alert("read {}: {}", path, streams.error().message);
    take(std::move(*streams));
  }

  void take(std::vector<RecordedStream> wanted) {
    std::set<std::string> names;
    for (RecordedStream& stream : wanted) {
      names.insert(stream.name);
      add(std::move(stream));
    }
    // What came before its configuration went is still recorded.
    std::erase_if(streams_, [&](const auto& stream) { return names.count(stream.first) == 0; });
    hand_over_limits();
  }

  void hand_over_limits() {
    std::map<std::string, segment::ArchiveLimits> limits;
    for (const auto& [name, stream] : streams_) {
      if (stream.conf.has_index) limits.emplace(name, stream.conf.limits);
    }
    worker_->run([this, limits = std::move(limits)] { writer_.set_limits(limits); }, [] {});
    next_cleaning_ = {};
  }

  void add(RecordedStream conf) {
    const std::string name = conf.name;
    const auto found = streams_.find(name);
    if (found != streams_.end()) {
      found->second.conf = std::move(conf);
      return;
    }
    streams_.emplace(name, Stream{std::move(conf), Tail(name, run_dir_.live(name)), {}, 0});
  }

  void tick() {
    if (options_.names.empty()) look_at_conf();
    collect(monotonic_now());
    write();
    clean();
    timer_.expires_after(kPollInterval);
    timer_.async_wait([this](const auto& error) {
      if (!error) tick();
    });
  }

  void collect(MonotonicTime now) {
    for (auto& [name, stream] : streams_) {
      for (Item& item : stream.tail.poll(now)) {
        const bool is_wanted =
            stream.conf.is_recording && is_scheduled(stream.conf.schedule, item.record.start);
        if (is_wanted) backlog_.add(std::move(item));
      }
    }
    for (const auto& [name, count] : backlog_.take_given_up()) {
      given_up_ += count;
      const auto stream = streams_.find(name);
      if (stream != streams_.end()) stream->second.given_up += count;
      given_up_log_.add(
          fmt::format("{}: the disk is too slow or away, segments were given up", name), now);
    }
  }

  // One group at a time.
  void write() {
    const MonotonicTime now = monotonic_now();
    if (is_writing_) return;
    if (is_stopping_ && (backlog_.empty() || last_groups_ == kLastGroups)) return finish();
    if (is_stopping_) ++last_groups_;
    if (!is_stopping_ && (!root_.is_due(now) || now < next_group_)) return;
    next_group_ = now + kGroupInterval;
    std::set<std::string> later;
    for (const auto& [name, stream] : streams_) {
      if (!stream.retry.is_due(now) && !is_stopping_) later.insert(name);
    }
    auto items = std::make_shared<std::vector<Item>>(backlog_.take(later));
    const bool is_idle = items->empty() && !root_.is_failing();
    auto result = std::make_shared<GroupResult>();
    auto hours = std::make_shared<std::optional<Error>>();
    is_writing_ = true;
    worker_->run(
        [this, items, result, hours, is_idle] {  // on the worker's thread
          if (!is_idle) *result = writer_.write(std::move(*items));
          *hours = writer_.look_after_hours(media::to_timestamp(wall_now()), monotonic_now());
        },
        [this, result, hours, is_idle] {
          is_writing_ = false;
          if (*hours) log_alert("{}", (*hours)->message);
          if (!is_idle) take_result(*result);
          if (is_stopping_) write();
        });
  }

  // Also at once when something could not be recorded: the disk may be full.
  void clean() {
    const MonotonicTime now = monotonic_now();
    if (is_writing_ || is_cleaning_ || is_stopping_ || now < next_cleaning_) return;
    if (!has_limits()) return;
    is_cleaning_ = true;
    auto report = std::make_shared<Result<store::CleanReport>>();
    worker_->run(
        [this, report] {  // on the worker's thread
          *report = writer_.clean({}, media::to_timestamp(wall_now()));
        },
        [this, report] {
          is_cleaning_ = false;
          const bool is_finished = !*report || (*report)->is_finished;
          next_cleaning_ = monotonic_now() + (is_finished ? kCleanInterval : kGroupInterval);
          clean_news_.tell(*report, monotonic_now());
        });
  }

  // Without any limit nothing is ever deleted: a disk may be full then.
  bool has_limits() const {
    return std::any_of(streams_.begin(), streams_.end(), [](const auto& stream) {
      return stream.second.conf.limits != segment::ArchiveLimits();
    });
  }

  void take_result(GroupResult& result) {
    const MonotonicTime now = monotonic_now();
    barriers_ += result.barriers;
    damaged_ += result.damaged;
    for (const Item& item : result.done) backlog_.done(item);
    backlog_.back(std::move(result.failed));
    for (const auto& each : result.acknowledged) tell(each);
    if (result.error || !result.stream_errors.empty()) next_cleaning_ = {};
    if (result.error) {
      if (!root_.is_failing()) given_up_before_ = given_up_;
      if (root_.failed(result.error->message, now)) {
        log_alert("nothing is recorded: {}", root_.reason());
        status_.event(event::kDvrFailed, {{"root", options_.root}, {"reason", root_.reason()}});
      }
      return;
    }
    ++groups_;
    if (root_.succeeded()) resumed({{"root", options_.root}}, given_up_ - given_up_before_);
    take_stream_results(result, now);
  }

  void take_stream_results(const GroupResult& result, MonotonicTime now) {
    for (const auto& [name, error] : result.stream_errors) {
      const auto stream = streams_.find(name);
      if (stream == streams_.end()) {
        backlog_.drop(name);  // not configured any more
        continue;
      }
      if (!stream->second.retry.failed(error.message, now)) continue;
      log_alert("{} is not recorded: {}", name, error.message);
      status_.event(event::kDvrFailed,
                    {{"media", name}, {"root", options_.root}, {"reason", error.message}});
    }
    for (const auto& each : result.acknowledged) {
      const auto stream = streams_.find(each.stream);
      if (stream == streams_.end() || !stream->second.retry.succeeded()) continue;
      resumed({{"media", each.stream}, {"root", options_.root}},
              std::exchange(stream->second.given_up, 0));
    }
  }

  void resumed(json fields, std::uint64_t lost) {
    log_info("{} is recorded again, {} segments were given up",
             fields.value("media", options_.root), lost);
    fields["lost_segments"] = lost;
    status_.event(event::kDvrResumed, fields);
  }

  void tell(const GroupResult::Acknowledged& each) {
    const segment::IndexRecord& record = each.record;
    ++segments_;
    bytes_ += record.size;
    if (each.is_new_blob) {
      status_.event(event::kDvrNewBlob, {{"media", each.stream},
                                         {"utc", record.start.count() / 90'000},
                                         {"blob", record.blob},
                                         {"root", options_.root}});
    }
    status_.event(event::kDvrNewFragment, {{"media", each.stream},
                                           {"utc", record.start.count() / 90'000},
                                           {"start90", record.start.count()},
                                           {"duration", record.duration / 90},
                                           {"seq", record.seq},
                                           {"size", record.size},
                                           {"data_crc", record.data_crc},
                                           {"root", options_.root}});
  }

  // All that the windows have is recorded before the end.
  void stop() {
    if (std::exchange(is_stopping_, true)) return;
    service::block_stop_signals();
    timer_.cancel();
    collect(monotonic_now());
    write();
  }

  void finish() {
    if (!backlog_.empty()) {
      log_alert("{} segments could not be recorded: {}", backlog_.segments(), root_.reason());
    }
    loop_.stop();
  }

  json counters() const {
    std::size_t live = 0;
    std::uint64_t missed = 0;
    for (const auto& [name, stream] : streams_) {
      if (stream.conf.is_recording && stream.tail.is_live()) ++live;
      missed += stream.tail.missed();
    }
    json out{{"root", options_.root},
             {"streams", streams_.size()},
             {"recording", live},
             {"segments", segments_},
             {"bytes", bytes_},
             {"groups", groups_},
             {"barriers", barriers_},
             {"backlog_segments", backlog_.segments()},
             {"backlog_bytes", backlog_.bytes()},
             {"lost_segments", given_up_ + missed},
             {"damaged_segments", damaged_},
             {"deleted_bytes", clean_news_.deleted_bytes()}};
    if (root_.is_failing()) out["error"] = root_.reason();
    return out;
  }

  boost::asio::io_context loop_{1};
  const Options& options_;
  service::RunDir run_dir_;
  GroupWriter writer_;  // the worker's, while is_writing_
  Backlog backlog_;
  service::StatusReporter status_;
  CleanNews clean_news_;
  boost::asio::signal_set signals_;
  boost::asio::steady_timer timer_;
  std::unique_ptr<io::Worker> worker_;
  std::map<std::string, Stream> streams_;
  Retry root_;
  RateLimitedLog given_up_log_{LogLevel::kAlert};
  MonotonicTime next_group_{};
  MonotonicTime next_cleaning_{};
  segment::ArchiveLimits limits_;  // of streams named on the command line

  bool is_writing_ = false;
  bool is_cleaning_ = false;
  bool is_stopping_ = false;
  std::uint64_t segments_ = 0;
  std::uint64_t bytes_ = 0;
  std::uint64_t groups_ = 0;
  std::uint64_t barriers_ = 0;
  std::uint64_t damaged_ = 0;
  std::uint64_t given_up_ = 0;
  std::uint64_t given_up_before_ = 0;  // the failure of the root
  unsigned last_groups_ = 0;           // since the end was asked for
  std::pair<ino_t, std::int64_t> conf_file_{};
};

}  // namespace

Result<void> record(const Request& request) {
  raise_descriptor_limit();
  FLU_TRY_ASSIGN(service::RunDir run_dir, service::open_run_dir(request.common));
  FLU_TRY_ASSIGN(const std::string memory, service::open_state_dir(request.common));
  GroupWriter::Settings settings{request.options.root, memory, machine_name()};
  FLU_TRY_ASSIGN(const segment::ArchiveLimits limits, parse_limits(request.options));
  Recorder recorder(request, std::move(run_dir), std::move(settings), limits);
  return recorder.run();
}

}  // namespace flu::dvr
