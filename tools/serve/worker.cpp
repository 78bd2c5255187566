// Tested by tests/e2e/serve/workers.sh
#include "tools/serve/worker.h"

#include <sys/resource.h>
#include <sys/signalfd.h>
#include <unistd.h>

#include <algorithm>
#include <cerrno>
#include <csignal>
#include <utility>

#include <boost/asio/io_context.hpp>
#include <boost/asio/posix/stream_descriptor.hpp>
#include <boost/asio/steady_timer.hpp>
#include <nlohmann/json.hpp>

#include "libcommon/base/bytes.h"
#include "libcommon/base/log.h"
#include "libcommon/base/text.h"
#include "libcommon/io/system_error.h"
#include "libcommon/io/unix_socket.h"
#include "tools/serve/api/api.h"
#include "tools/serve/http/server.h"
#include "tools/serve/limits.h"
#include "tools/serve/live/site.h"
#include "tools/serve/sessions/sessions.h"

namespace flu::serve {
namespace {

namespace asio = boost::asio;

std::size_t connection_limit() {
  rlimit limit{};
  if (::getrlimit(RLIMIT_NOFILE, &limit) != 0) return 1;
  const std::size_t descriptors = std::min<rlim_t>(limit.rlim_cur, 1U << 30U);
  if (descriptors <= 2 * kReservedDescriptors) return std::max<std::size_t>(1, descriptors / 2);
  return std::min(kMaxConnections, descriptors - kReservedDescriptors);
}

Result<UniqueFd> stop_signals() {
  sigset_t set;
  sigemptyset(&set);
  sigaddset(&set, SIGTERM);
  sigaddset(&set, SIGINT);
  UniqueFd fd(::signalfd(-1, &set, SFD_NONBLOCK | SFD_CLOEXEC));
  if (!fd) return io::fail_system("signalfd", "SIGTERM", errno);
  return fd;
}

class Worker {
 public:
  Worker(const WorkerSettings& settings, AccessLog log, UniqueFd signals, UniqueFd master)
      : sessions_(loop_, settings.run_dir),
        certificates_(settings.tls),
        site_(loop_, settings.run_dir, sessions_, {settings.https, certificates_},
              settings.dvr_root),
        api_(loop_, settings.run_dir, sessions_, site_),
        server_(loop_, api_, std::move(log), certificates_, connection_limit()),
        signals_(loop_, signals.release()),
        master_(loop_, master.release()),
        report_timer_(loop_),
        stop_timer_(loop_),
        drain_timeout_(settings.drain_timeout) {}

  void run(std::vector<WorkerSocket> listeners) {
    for (auto& [fd, is_secure] : listeners) server_.listen(std::move(fd), is_secure);
    using Descriptor = asio::posix::stream_descriptor;
    signals_.async_wait(Descriptor::wait_read, [this](const auto& ec) {
      if (!ec) stop();
    });
    hear_master();
    report();
    loop_.run();
  }

 private:
  void report() {
    const auto& http = server_.counters();
    const nlohmann::json line{
        {"connections", server_.connections()},
        {"accepted", http.connections},
        {"refused", http.refused},
        {"requests", http.requests},
        {"errors", http.errors},
        {"bytes", http.bytes},
        {"tls_handshakes", http.handshakes},
        {"tls_failed", http.failed_handshakes},
        {"answers_2xx", http.answers[2]},
        {"answers_3xx", http.answers[3]},
        {"answers_4xx", http.answers[4]},
        {"answers_5xx", http.answers[5]},
        {"streams", site_.streams()},
        {"segment_cache", site_.segment_cache_bytes()},
    };
    // A full queue or a master that left: the next report says the same.
    [[maybe_unused]] const auto sent =
        io::send_message(master_.native_handle(), as_bytes(line.dump()));
    report_timer_.expires_after(std::chrono::seconds(1));
    report_timer_.async_wait([this](const auto& ec) {
      if (!ec) report();
    });
  }

  void hear_master() {
    master_.async_wait(asio::posix::stream_descriptor::wait_read, [this](const auto& ec) {
      if (ec) return;
      while (true) {
        const auto message = io::receive_message(master_.native_handle());
        if (!message) return stop();  // it is gone
        if (!*message) break;
        const auto word = as_text((*message)->data);
        take_drain_timeout(word);
        if (word == "drain") drain();
        if (word == "cut") cut();
      }
      hear_master();
    });
  }

  // The next generation's: what the configuration says now.
  void take_drain_timeout(std::string_view word) {
    if (!word.starts_with(kDrainTimeout)) return;
    const auto time = parse_unsigned(word.substr(kDrainTimeout.size()));
    if (time) drain_timeout_ = std::chrono::seconds(*time);
  }

  void drain() {
    if (is_stopping_ || std::exchange(is_draining_, true)) return;
    log_info("worker {} accepts no more, {} clients stay", ::getpid(), server_.connections());
    server_.drain([this] { loop_.stop(); });
    stop_timer_.expires_after(drain_timeout_);
    stop_timer_.async_wait([this](const auto& ec) {
      if (!ec) cut();
    });
  }

  void cut() {
    drain();
    if (is_stopping_ || std::exchange(is_cutting_, true)) return;
    log_info("worker {} ends, {} clients are cut", ::getpid(), server_.connections());
    server_.cut();
    stop_timer_.expires_after(kCutTime);
    stop_timer_.async_wait([this](const auto& ec) {
      if (!ec) loop_.stop();
    });
  }

  void stop() {
    if (is_stopping_) return;
    is_stopping_ = true;
    log_debug("worker {} stops, {} connections", ::getpid(), server_.connections());
    site_.stop();
    server_.stop([this] { loop_.stop(); });
    stop_timer_.expires_after(kStopTime);
    stop_timer_.async_wait([this](const auto& ec) {
      if (!ec) loop_.stop();
    });
  }

  asio::io_context loop_{1};
  Sessions sessions_;
  Certificates certificates_;
  Site site_;
  Api api_;
  HttpServer server_;
  asio::posix::stream_descriptor signals_;
  asio::posix::stream_descriptor master_;
  asio::steady_timer report_timer_;
  asio::steady_timer stop_timer_;
  std::chrono::seconds drain_timeout_;
  bool is_draining_ = false;
  bool is_cutting_ = false;
  bool is_stopping_ = false;
};

}  // namespace

Result<void> run_worker(const WorkerSettings& settings, std::vector<WorkerSocket> listeners,
                        UniqueFd master) {
  FLU_TRY_ASSIGN(AccessLog log, AccessLog::open(settings.access_log));
  FLU_TRY_ASSIGN(UniqueFd signals, stop_signals());
  Worker worker(settings, std::move(log), std::move(signals), std::move(master));
  worker.run(std::move(listeners));
  return {};
}

}  // namespace flu::serve
