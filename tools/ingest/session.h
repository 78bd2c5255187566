#pragma once

#include <chrono>
#include <map>
#include <memory>
#include <optional>
#include <string>
#include <vector>

#include <boost/asio/io_context.hpp>
#include <boost/asio/steady_timer.hpp>
#include <nlohmann/json_fwd.hpp>

#include "libcommon/service/status.h"
#include "tools/ingest/failover.h"
#include "tools/ingest/feed.h"
#include "tools/ingest/output.h"
#include "tools/ingest/source_url.h"
#include "tools/ingest/timed_output.h"

namespace flu::ingest {

// One source plays into the output; when it ends, the next one. While a worse one plays, a better
// one is looked at beside it, and takes its place at a key frame.
class Session {
 public:
  struct Settings {
    std::vector<SourceUrl> urls;  // the best first
    SourceSettings source;
    unsigned retry_limit = 0;
    std::optional<SourceUrl> backup;
    std::optional<std::chrono::milliseconds> frames_timeout;  // before source_timeout: an event
  };

  Session(boost::asio::io_context& loop, Settings settings);

  // `output` and `status` outlive the session.
  void start(Output& output, service::StatusReporter& status);

  void resume();  // the output has room again
  void stop(Result<> result);
  [[nodiscard]] const Result<>& result() const { return result_; }

  // Plays the source of this URL, as it was given, until it ends. kNotFound: there is none.
  Result<> choose(const std::string& url);

  // From now on flu-ingest --share receives this address for us, and misses nothing.
  void share(const io::UdpAddress& address);

  [[nodiscard]] nlohmann::json counters();

 private:
  using Milliseconds = std::chrono::milliseconds;

  std::unique_ptr<Feed> make_feed(std::size_t number);
  void start_feed(Feed& feed);
  void play(std::size_t number);
  void play_after(const Failover::Next& next);

  void on_units(Feed& feed, Units& units, const media::Arrival& arrival);
  void on_candidate(Feed& feed, Units& units, const media::Arrival& arrival);
  void on_end(Feed& feed, const Result<>& result);
  void note_frames(Feed& feed);
  [[nodiscard]] bool may_show(const Feed& feed, const media::Arrival& arrival) const;
  void show(Feed& feed);
  void write(Feed& feed, Units& units, const media::Arrival& arrival);

  void current_ended(const Result<>& result);
  void candidate_ended(const Result<>& result);
  void plan_check();
  void check(std::size_t number);
  void watch_candidate();
  void watch_current();
  void judge_current();
  void play_backup();
  void give_up();

  [[nodiscard]] bool is_finite() const;
  [[nodiscard]] bool is_backup(const Feed& feed) const {
    return feed.number() == failover_.backup();
  }
  [[nodiscard]] const SourceUrl& url_of(std::size_t number) const;

  boost::asio::io_context& loop_;
  Settings settings_;
  Failover failover_;
  Output* output_ = nullptr;
  service::StatusReporter* status_ = nullptr;
  std::optional<TimedOutput> timed_;
  boost::asio::steady_timer retry_timer_;
  boost::asio::steady_timer current_timer_;
  boost::asio::steady_timer candidate_timer_;
  bool is_stopped_ = false;
  Result<> result_;

  std::unique_ptr<Feed> current_;
  std::unique_ptr<Feed> candidate_;
  SourceCounters ended_;                             // of the source before, while there is none
  std::optional<std::size_t> shown_;                 // the source that was shown last
  MonotonicTime last_shown_{};                       // when something of it came
  std::map<std::size_t, std::string> check_errors_;  // told already
  std::uint64_t retries_ = 0;
};

}  // namespace flu::ingest
