// Tested by tests/e2e/ingest/messages.sh

#include "tools/ingest/ingest.h"

#include <sys/random.h>
#include <unistd.h>

#include <algorithm>
#include <csignal>
#include <memory>
#include <utility>

#include <boost/asio/io_context.hpp>
#include <boost/asio/signal_set.hpp>
#include <fmt/format.h>
#include <nlohmann/json.hpp>

#include "libcommon/base/clock.h"
#include "libcommon/base/log.h"
#include "libcommon/base/text.h"
#include "libcommon/service/process.h"
#include "libcommon/service/run_dir.h"
#include "libcommon/service/secret_words.h"
#include "tools/ingest/session.h"
#include "tools/ingest/share.h"

namespace flu::ingest {
namespace {

container::StreamHead make_head() {
  container::StreamHead head;
  // A stream's name for itself; without randomness it is zero, which is no harm.
  (void)::getrandom(head.stream.data(), head.stream.size(), GRND_NONBLOCK);
  head.producer = container::ProducerClass::kSource;
  head.start_us = static_cast<std::uint64_t>(wall_now().time_since_epoch().count());
  head.clock = container::ClockQuality::kArrival;
  return head;
}

// A live source never waits for its reader; what can wait does, so that nothing is lost.
link::WriteMode write_mode(const std::vector<SourceUrl>& urls, const Options& options) {
  const bool can_wait =
      options.backup.empty() && std::all_of(urls.begin(), urls.end(), [&](const SourceUrl& url) {
        return url.scheme == Scheme::kStdin || (url.scheme == Scheme::kFile && options.is_fast);
      });
  return can_wait ? link::WriteMode::kBackPressure : link::WriteMode::kLive;
}

Result<Session::Settings> make_settings(const Options& options,
                                        const std::vector<Location>& locations,
                                        std::vector<SourceUrl> urls,
                                        const service::CommonOptions& common) {
  Session::Settings out;
  out.source = {options.is_fast, options.is_looped, {}};
  // What is not shared when it starts may be later.
  const bool may_share = std::any_of(urls.begin(), urls.end(), [&](const SourceUrl& url) {
    return url.is_shared || (url.scheme == Scheme::kUdp && !options.to.empty());
  });
  if (may_share) {
    FLU_TRY_ASSIGN(const service::RunDir run_dir, service::open_run_dir(common));
    out.source.run_dir = run_dir.path();
  }
  out.urls = std::move(urls);
  out.retry_limit = options.retry_limit;
  if (!options.frames_timeout.empty()) {
    FLU_TRY_ASSIGN(out.frames_timeout, parse_duration(options.frames_timeout));
  }
  if (options.backup.empty()) return out;
  auto backup = parse_sources({options.backup}, locations);
  if (!backup) return fail(backup.error().code, "--backup: " + backup.error().message);
  out.backup = std::move(backup->front());
  const Scheme scheme = out.backup->scheme;
  if (scheme == Scheme::kFile || scheme == Scheme::kFake) return out;
  return fail(ErrorCode::kInvalidArgument,
              fmt::format("--backup {}: expected a file", out.backup->text));
}

// --share is another job: one address, no output.
Result<> check_share(const Options& options, const std::vector<SourceUrl>& urls) {
  const bool is_address = urls.size() == 1 && urls[0].scheme == Scheme::kUdp && !urls[0].is_shared;
  if (!is_address) {
    return fail(ErrorCode::kInvalidArgument, "--share: expected one URL, udp://ADDRESS:PORT");
  }
  if (!options.to.empty() || options.format != "flu" || options.is_fast || options.is_looped) {
    return fail(ErrorCode::kInvalidArgument,
                "--share: writes nothing: no --to, --format, --fast or --loop");
  }
  return {};
}

Result<> check_usage(const Options& options, const std::vector<SourceUrl>& urls) {
  if (!options.to.empty() && options.format != "flu") {
    return fail(ErrorCode::kInvalidArgument, "--to: a hub is given a flu stream, not --format ts");
  }
  const bool has_file = std::any_of(
      urls.begin(), urls.end(), [](const SourceUrl& url) { return url.scheme == Scheme::kFile; });
  if (!has_file && (options.is_fast || options.is_looped)) {
    return fail(ErrorCode::kInvalidArgument,
                fmt::format("{} goes with a file:// source, and there is none",
                            options.is_fast ? "--fast" : "--loop"));
  }
  if (options.to.empty() && ::isatty(STDOUT_FILENO) == 1) {
    return fail(ErrorCode::kInvalidArgument,
                "standard output is a terminal: pipe it into a program such as flu-segment NAME, "
                "redirect it to a file, or give --to NAME");
  }
  return {};
}

Result<std::unique_ptr<Output>> make_output(boost::asio::io_context& loop, const Options& options,
                                            const service::CommonOptions& common,
                                            link::WriteMode mode, OutputHandlers handlers) {
  if (!options.to.empty()) {
    FLU_TRY_ASSIGN(const service::RunDir run_dir, service::open_run_dir(common));
    return make_hub_output(loop, mode, make_head(), run_dir.live(options.to) + "/in.sock",
                           std::move(handlers));
  }
  if (options.format == "ts") return make_ts_output(loop, mode, std::move(handlers));
  return make_flu_output(loop, mode, make_head(), std::move(handlers));
}

// {"type": "share", "addresses": ["239.0.0.1:1234/10.0.0.5"]}
void obey_share(Session& session, const nlohmann::json& command) {
  for (const auto& address : command.value("addresses", nlohmann::json::array())) {
    if (!address.is_string()) continue;
    const auto url = parse_sources({"udp://" + address.get<std::string>()});
    if (!url) {
      log_alert("share: {}", url.error().message);
    } else {
      session.share(url->front().udp);
    }
  }
}

// From the supervisor.
void obey(Session& session, const nlohmann::json& command) {
  const auto text = [&](const char* name) {
    const auto found = command.find(name);
    return found != command.end() && found->is_string() ? found->get<std::string>() : "";
  };
  if (text("type") == "share") return obey_share(session, command);
  if (text("type") != "switch_source") return;
  if (const auto chosen = session.choose(text("url")); !chosen) {
    log_alert("{}", chosen.error().message);
  }
}

}  // namespace

Result<> run(const Options& options, const service::CommonOptions& common) {
  FLU_TRY_ASSIGN(const auto locations, parse_locations(options.locations));
  FLU_TRY_ASSIGN(const auto words, service::reveal_words(options.words, options.conf, common));
  FLU_TRY_ASSIGN(auto urls, parse_sources(words, locations));
  if (options.is_share) {
    FLU_TRY(check_share(options, urls));
    return share(urls[0], common);
  }
  FLU_TRY(check_usage(options, urls));
  const link::WriteMode mode = write_mode(urls, options);

  FLU_TRY_ASSIGN(auto settings, make_settings(options, locations, std::move(urls), common));

  boost::asio::io_context loop(1);
  Session session(loop, std::move(settings));
  OutputHandlers handlers;
  handlers.on_drained = [&session] { session.resume(); };
  handlers.on_closed = [&session](const Error& error) {
    session.stop(fail(error.code, error.message));
  };
  FLU_TRY_ASSIGN(const auto output, make_output(loop, options, common, mode, std::move(handlers)));
  service::StatusReporter status(loop, common, [&session] { return session.counters(); });
  status.on_command([&session](const nlohmann::json& command) { obey(session, command); });

  boost::asio::signal_set signals(loop, SIGINT, SIGTERM);
  signals.async_wait([&session](auto failed, int) {
    if (failed) return;
    service::block_stop_signals();
    session.stop({});
  });
  status.ready();
  session.start(*output, status);
  loop.run();
  return session.result();
}

}  // namespace flu::ingest
