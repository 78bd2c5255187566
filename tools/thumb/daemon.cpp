// Tested by tests/e2e/serve/thumbnails-curl.sh
#include "tools/thumb/daemon.h"

#include <sys/file.h>
#include <sys/stat.h>
#include <unistd.h>

#include <algorithm>
#include <cerrno>
#include <csignal>
#include <map>
#include <memory>
#include <string>
#include <string_view>
#include <utility>
#include <vector>

#include <boost/asio/io_context.hpp>
#include <boost/asio/signal_set.hpp>
#include <boost/asio/steady_timer.hpp>
#include <fmt/format.h>
#include <nlohmann/json.hpp>

#include "libcommon/base/log.h"
#include "libcommon/io/file.h"
#include "libcommon/service/message_server.h"
#include "libcommon/service/status.h"
#include "tools/thumb/camera.h"
#include "tools/thumb/job.h"
#include "tools/thumb/limits.h"
#include "tools/thumb/stream.h"

namespace flu::thumb {
namespace {

using nlohmann::json;
using service::MessageServer;

class Daemon {
 public:
  Daemon(const Options& options, const service::CommonOptions& common,
         const service::RunDir& run_dir, const av::PictureBox& box)
      : options_(options),
        run_dir_(run_dir),
        box_(box),
        status_(loop_, common, [this] { return counters(); }),
        signals_(loop_, SIGTERM, SIGINT),
        timer_(loop_) {}

  Result<void> run() {
    if (options_.names.empty()) {
      FLU_TRY(open_socket());
      look_at_conf();
    }
    for (const std::string& name : options_.names) add({name, options_.url, false});
    signals_.async_wait([this](const auto& error, int) {
      if (!error) loop_.stop();
    });
    status_.ready();
    tick();
    loop_.run();
    jobs_.clear();
    for (const auto& [name, stream] : streams_) stream->remove();
    status_.exiting(0, "stopped");
    if (server_) ::unlink(run_dir_.thumb_socket().c_str());
    return {};
  }

 private:
  // Who serves pictures says of which streams they are wanted.
  Result<void> open_socket() {
    FLU_TRY_ASSIGN(lock_, io::open_file(run_dir_.path() + "/thumb.lock", O_RDWR | O_CREAT, 0640));
    if (::flock(lock_.get(), LOCK_EX | LOCK_NB) != 0) {
      return fail(ErrorCode::kUnavailable,
                  fmt::format("another flu-thumb runs in {}", run_dir_.path()));
    }
    MessageServer::Handlers handlers;
    handlers.message = [this](MessageServer::Peer, const json& message, std::vector<UniqueFd>&) {
      const auto name = message.find("want");
      if (name == message.end() || !name->is_string()) return;
      const auto found = streams_.find(name->get_ref<const std::string&>());
      if (found == streams_.end()) return;
      found->second->ask(monotonic_now());
      pump();
    };
    handlers.closed = [](MessageServer::Peer) {};
    FLU_TRY_ASSIGN(server_, MessageServer::open(loop_, run_dir_.thumb_socket(), handlers));
    return {};
  }

  void add(StreamConf conf) {
    auto& place = streams_[conf.name];
    if (place && place->conf() == conf) return;
    if (place) drop_job(conf.name);
    const std::string folder = run_dir_.live(conf.name);
    place = std::make_unique<Stream>(std::move(conf), folder);
  }

  void drop_job(const std::string& name) {
    const auto job = jobs_.find(name);
    if (job == jobs_.end()) return;
    --(job->second.is_fetch ? fetches_ : decodes_);
    jobs_.erase(job);
  }

  // Replaced by rename: another file. An inode may be used again, hence the time too.
  void look_at_conf() {
    const std::string path = run_dir_.conf() + "/thumb.json";
    struct stat found {};
    if (::stat(path.c_str(), &found) != 0) return;
    const auto changed =
        static_cast<std::int64_t>(found.st_mtim.tv_sec) * 1'000'000'000 + found.st_mtim.tv_nsec;
    if (conf_file_ == std::pair(found.st_ino, changed)) return;
    conf_file_ = {found.st_ino, changed};
    const auto content = io::read_file(path, kMaxConf);
    if (!content) return log_alert("{}", content.error().message);
    auto streams = parse_conf({reinterpret_cast<const char*>(content->data()), content->size()});
    if (!streams) return log_alert("read {}: {}", path, streams.error().message);
    take(std::move(*streams));
  }

  void take(std::vector<StreamConf> wanted) {
    std::erase_if(streams_, [&](const auto& named) {
      const bool is_wanted = std::any_of(wanted.begin(), wanted.end(), [&](const StreamConf& conf) {
        return conf.name == named.first;
      });
      if (is_wanted) return false;
      drop_job(named.first);
      named.second->remove();
      return true;
    });
    for (StreamConf& conf : wanted) add(std::move(conf));
  }

  void tick() {
    if (server_) look_at_conf();
    pump();
    timer_.expires_after(kLookInterval);
    timer_.async_wait([this](const auto& error) {
      if (!error) tick();
    });
  }

  // Gives free hands to streams in turn.
  void pump() {
    const MonotonicTime now = monotonic_now();
    auto place = streams_.upper_bound(last_);
    for (std::size_t i = 0; i < streams_.size(); ++i, ++place) {
      if (place == streams_.end()) place = streams_.begin();
      Stream& stream = *place->second;
      const bool is_free = stream.is_fetched() ? fetches_ < kFetchers : decodes_ < kDecoders;
      if (!is_free || !stream.is_due(now)) continue;
      last_ = place->first;
      begin(stream, now);
    }
  }

  void begin(Stream& stream, MonotonicTime now) {
    Job::Work work;
    if (stream.is_fetched()) {
      stream.skip();
      work = [url = stream.conf().url] { return fetch_jpeg(url); };
    } else {
      auto frame = stream.take_key_frame();
      if (!frame) return failed(stream, frame.error(), now);
      work = [frame = std::move(*frame), this] {
        return av::make_jpeg(frame.track, frame.sample, box_);
      };
    }
    const std::string name = stream.conf().name;
    const bool is_fetch = stream.is_fetched();
    auto job = Job::start(loop_, work, is_fetch ? kFetchPatience : kDecodePatience,
                          [this, name](Result<Buffer> jpeg) { finish(name, std::move(jpeg)); });
    if (!job) return failed(stream, job.error(), now);
    stream.is_busy = true;
    ++(is_fetch ? fetches_ : decodes_);
    jobs_[name] = {std::move(*job), is_fetch};
  }

  void finish(const std::string& name, Result<Buffer> jpeg) {
    // A copy, as the job that it stands in goes.
    const std::string own_name = name;  // NOLINT(performance-unnecessary-copy-initialization)
    drop_job(own_name);
    const auto found = streams_.find(own_name);
    if (found == streams_.end()) return;
    Stream& stream = *found->second;
    stream.is_busy = false;
    const Result<void> kept = jpeg ? stream.keep(*jpeg) : tl::unexpected<Error>(jpeg.error());
    if (kept) ++made_;
    if (!kept) failed(stream, kept.error(), monotonic_now());
    pump();
  }

  void failed(Stream& stream, const Error& error, MonotonicTime now) {
    if (error.code != ErrorCode::kNotFound) ++failed_;
    stream.failed(error, now);
  }

  json counters() const {
    return {{"streams", streams_.size()}, {"pictures", made_}, {"failures", failed_}};
  }

  struct Running {
    std::unique_ptr<Job> job;
    bool is_fetch = false;
  };

  boost::asio::io_context loop_{1};
  const Options& options_;
  const service::RunDir& run_dir_;
  av::PictureBox box_;
  UniqueFd lock_;
  service::StatusReporter status_;
  std::unique_ptr<MessageServer> server_;
  boost::asio::signal_set signals_;
  boost::asio::steady_timer timer_;
  std::map<std::string, std::unique_ptr<Stream>, std::less<>> streams_;
  std::map<std::string, Running> jobs_;  // by stream
  std::string last_;                     // stream that had its turn
  std::size_t decodes_ = 0;
  std::size_t fetches_ = 0;
  std::uint64_t made_ = 0;
  std::uint64_t failed_ = 0;
  std::pair<ino_t, std::int64_t> conf_file_{};
};

}  // namespace

Result<void> run_daemon(const Options& options, const service::CommonOptions& common,
                        const service::RunDir& run_dir, const av::PictureBox& box) {
  Daemon daemon(options, common, run_dir, box);
  return daemon.run();
}

}  // namespace flu::thumb
