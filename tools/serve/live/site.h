#pragma once

#include <functional>
#include <list>
#include <map>
#include <memory>
#include <optional>
#include <string>
#include <string_view>

#include <boost/asio/io_context.hpp>
#include <boost/asio/steady_timer.hpp>

#include "libcommon/base/clock.h"
#include "libcommon/base/log.h"
#include "libcommon/service/run_dir.h"
#include "libcommon/service/serve_conf.h"
#include "libcommon/service/stream_wants.h"
#include "tools/serve/archive/archive.h"
#include "tools/serve/http/connection.h"
#include "tools/serve/live/pictures.h"
#include "tools/serve/live/realtime.h"
#include "tools/serve/live/segment_cache.h"
#include "tools/serve/live/stream.h"
#include "tools/serve/ll/ll_stream.h"
#include "tools/serve/pages/assets.h"
#include "tools/serve/pages/https_redirect.h"
#include "tools/serve/route.h"
#include "tools/serve/sessions/sessions.h"

namespace flu::serve {

// Every stream of the run directory over HTTP: what is asked for, and from which stream.
class Site final : public Handler {
 public:
  Site(boost::asio::io_context& loop, service::RunDir run_dir, Sessions& sessions,
       HttpsRedirect redirect, std::string dvr_root);

  void handle(const std::shared_ptr<Connection>& connection) override;
  void stop();  // answers who waits

  [[nodiscard]] std::size_t streams() const { return streams_.size(); }
  [[nodiscard]] std::size_t segment_cache_bytes() const { return segments_.bytes(); }

 private:
  // A stream that somebody asked for.
  struct Entry {
    Entry(std::string_view name, std::string folder, SegmentCache& cache)
        : live(std::string(name), std::move(folder), cache) {}
    LiveStream live;
    std::unique_ptr<Realtime> realtime;  // once asked for
    std::unique_ptr<LlStream> low_latency;
    [[nodiscard]] bool is_realtime() const {
      return realtime && (realtime->feed.is_open() || realtime->mse.has_clients());
    }
    MonotonicTime used_at{};
  };
  struct Waiting {
    std::shared_ptr<Connection> connection;
    Route route;
    MonotonicTime until;
  };

  void begin(const std::shared_ptr<Connection>& connection, const Route& route);
  bool is_known(const Route& route, MonotonicTime now);
  Entry* want(std::string_view name, MonotonicTime now);
  bool try_answer(const std::shared_ptr<Connection>& connection, const Route& route,
                  MonotonicTime now);
  bool try_archive(const std::shared_ptr<Connection>& connection, const Route& route,
                   MonotonicTime now);
  static bool is_in_window(Entry& entry, const Route& route);
  ArchiveQuestion question_of(const Connection& connection, const Route& route, Entry* entry);
  void hold_watched(MonotonicTime now);
  Realtime& realtime(Entry& entry);
  void hold_mse(const std::string& name, Realtime& realtime, MonotonicTime now);
  void ask_low_latency(const std::shared_ptr<Connection>& connection, const Route& route,
                       Entry& entry);
  bool try_jpeg(const std::shared_ptr<Connection>& connection, const Route& route,
                MonotonicTime now);
  bool try_endless(const std::shared_ptr<Connection>& connection, const Route& route, Entry& entry);
  void wait(const std::shared_ptr<Connection>& connection, const Route& route, MonotonicTime now);
  void answer_waiting();
  void schedule_check();
  void schedule_sweep();
  [[nodiscard]] Response index() const;
  Response still(const Route& route, MonotonicTime now);
  Response embed(const Route& route, std::string_view query);

  boost::asio::io_context* loop_;
  Sessions* sessions_;
  service::RunDir run_dir_;
  service::ServeConf conf_;
  service::StreamWants wants_;  // keeps conf_ fresh
  SegmentCache segments_;
  Archive archive_;
  Pictures pictures_;
  Assets assets_;
  HttpsRedirect redirect_;
  std::map<std::string, std::unique_ptr<Entry>, std::less<>> streams_;
  std::list<Waiting> waiting_;
  boost::asio::steady_timer check_timer_;
  boost::asio::steady_timer sweep_timer_;
  std::size_t ll_waiting_ = 0;
  RateLimitedLog errors_{LogLevel::kAlert};
  bool is_check_scheduled_ = false;
  bool is_stopping_ = false;
};

}  // namespace flu::serve
