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
#include "libcommon/service/process.h"
#include "libcommon/service/run_dir.h"
#include "tools/ingest/session.h"

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
  const bool can_wait = std::all_of(urls.begin(), urls.end(), [&](const SourceUrl& url) {
    return url.scheme == Scheme::kStdin || (url.scheme == Scheme::kFile && options.is_fast);
  });
  return can_wait ? link::WriteMode::kBackPressure : link::WriteMode::kLive;
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

}  // namespace

Result<> run(const Options& options, const service::CommonOptions& common) {
  FLU_TRY_ASSIGN(auto urls, parse_sources(options.words));
  FLU_TRY(check_usage(options, urls));
  const link::WriteMode mode = write_mode(urls, options);

  boost::asio::io_context loop(1);
  Session session(loop,
                  {std::move(urls), {options.is_fast, options.is_looped}, options.retry_limit});
  OutputHandlers handlers;
  handlers.on_drained = [&session] { session.resume(); };
  handlers.on_closed = [&session](const Error& error) {
    session.stop(fail(error.code, error.message));
  };
  FLU_TRY_ASSIGN(const auto output, make_output(loop, options, common, mode, std::move(handlers)));
  service::StatusReporter status(loop, common, [&session] { return session.counters(); });

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
