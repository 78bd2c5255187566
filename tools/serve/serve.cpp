// Tested by tests/e2e/serve/workers.sh
#include "tools/serve/serve.h"

#include <sched.h>
#include <sys/resource.h>

#include <algorithm>
#include <chrono>
#include <cstdlib>
#include <memory>
#include <string>
#include <utility>
#include <vector>

#include <boost/asio/io_context.hpp>
#include <fmt/format.h>
#include <nlohmann/json.hpp>

#include "libcommon/base/log.h"
#include "libcommon/base/text.h"
#include "libcommon/event/types.h"
#include "libcommon/service/exit_code.h"
#include "libcommon/service/run_dir.h"
#include "libcommon/service/status.h"
#include "tools/serve/http/access_log.h"
#include "tools/serve/listener.h"
#include "tools/serve/master.h"
#include "tools/serve/tls/certificate_watch.h"
#include "tools/serve/upgrade/handover.h"
#include "tools/serve/upgrade/trial.h"

namespace flu::serve {
namespace {

unsigned core_count() {
  cpu_set_t set;
  if (::sched_getaffinity(0, sizeof set, &set) != 0) return 1;
  return static_cast<unsigned>(std::max(1, CPU_COUNT(&set)));
}

// Clients are descriptors: all that the system lets this user have.
void raise_descriptor_limit() {
  rlimit limit{};
  if (::getrlimit(RLIMIT_NOFILE, &limit) != 0 || limit.rlim_cur == limit.rlim_max) return;
  limit.rlim_cur = limit.rlim_max;
  if (::setrlimit(RLIMIT_NOFILE, &limit) != 0) log_info("the limit of open files stays as it is");
}

// The supervisor hears why, and has a moment to: what a process said before its end is lost when
// its end is seen first.
void tell_failure(const service::CommonOptions& common, const std::string& proto,
                  const ListenAddress& address, const Error& why) {
  constexpr auto kMoment = std::chrono::milliseconds(200);
  boost::asio::io_context loop{1};
  service::StatusReporter status(loop, common, nullptr);
  status.event(
      event::kListenerFailure,
      {{"proto", proto}, {"addr", address.ip}, {"port", address.port}, {"reason", why.message}});
  status.exiting(static_cast<int>(service::to_exit_code(why.code)), why.message);
  if (std::getenv("FLU_UNIT") != nullptr) loop.run_for(kMoment);
}

struct Sockets {
  unsigned workers;
  std::vector<UniqueFd>& handed;
  bool is_trial;
};

Result<void> listen_on(const service::CommonOptions& common, const std::string& proto,
                       const std::vector<std::string>& addresses, Sockets& sockets,
                       std::vector<Listener>& listeners) {
  for (const auto& text : addresses) {
    FLU_TRY_ASSIGN(const ListenAddress address, parse_listen_address(text, "--" + proto));
    auto listener =
        take_listener(address, sockets.workers, proto, sockets.handed, sockets.is_trial);
    if (!listener) {
      tell_failure(common, proto, address, listener.error());
      return tl::unexpected<Error>(std::move(listener).error());
    }
    listeners.push_back(std::move(*listener));
  }
  return {};
}

Result<TlsSettings> tls_settings(const Options& options) {
  const auto& keys = options.tls_key;
  if (!keys.empty() && keys.size() != options.tls_cert.size()) {
    return fail(ErrorCode::kInvalidArgument,
                fmt::format("--tls-key: expected as many as --tls-cert, {}, or none, found {}",
                            options.tls_cert.size(), keys.size()));
  }
  TlsSettings out{{}, options.tls_dir, TicketSecret::make_random(monotonic_now())};
  for (std::size_t i = 0; i < options.tls_cert.size(); ++i) {
    const std::string& certificate = options.tls_cert[i];
    out.files.push_back({certificate, keys.empty() ? certificate : keys[i], ""});
  }
  return out;
}

}  // namespace

Result<void> run(const Options& options, const service::CommonOptions& common) {
  const unsigned workers = options.workers == 0 ? core_count() : options.workers;
  FLU_TRY_ASSIGN(const service::RunDir run_dir, service::open_run_dir(common));
  const bool is_on_trial = is_trial();
  FLU_TRY_ASSIGN(Handover handover, take_handover());
  raise_descriptor_limit();
  const auto drain_time = parse_duration(options.drain_timeout);
  if (!drain_time) {
    return fail(ErrorCode::kInvalidArgument, "--drain-timeout: " + drain_time.error().message);
  }
  const auto drain_timeout = std::chrono::ceil<std::chrono::seconds>(*drain_time);
  // Opened here once to refuse a bad path at the start; each worker opens its own.
  if (auto log = AccessLog::open(options.access_log); !log) {
    return fail(ErrorCode::kInvalidArgument, "--access-log: " + log.error().message);
  }
  FLU_TRY_ASSIGN(TlsSettings tls, tls_settings(options));
  std::unique_ptr<CertificateWatch> certificates;
  if (!options.https.empty()) {
    certificates = std::make_unique<CertificateWatch>(tls);
    FLU_TRY(certificates->start(monotonic_now(), wall_now()));
  }
  std::vector<Listener> listeners;
  const bool has_default = options.http.empty() && options.https.empty();
  const auto http = has_default ? std::vector<std::string>{"8080"} : options.http;
  Sockets sockets{workers, handover.sockets, is_on_trial};
  FLU_TRY(listen_on(common, "http", http, sockets, listeners));
  FLU_TRY(listen_on(common, "https", options.https, sockets, listeners));
  std::vector<service::Listening> secure;
  for (const Listener& listener : listeners) {
    if (listener.listening.proto == "https") secure.push_back(listener.listening);
  }
  if (is_on_trial) {
    pass_trial();
    return {};
  }
  handover.sockets.clear();  // of addresses that are not listened on any more
  Master master(common,
                {run_dir, options.access_log, std::move(tls), std::move(secure), drain_timeout,
                 options.dvr_root},
                workers, std::move(listeners), std::move(certificates), std::move(handover));
  return master.run();
}

}  // namespace flu::serve
