#pragma once

#include <cstdint>
#include <list>
#include <map>
#include <memory>
#include <optional>
#include <string>

#include <boost/asio/io_context.hpp>
#include <boost/asio/steady_timer.hpp>

#include "libcommon/base/clock.h"
#include "libcommon/base/log.h"
#include "tools/serve/http/connection.h"
#include "tools/serve/live/segment_cache.h"
#include "tools/serve/live/stream.h"
#include "tools/serve/ll/ll_window.h"
#include "tools/serve/ll/parts_feed.h"
#include "tools/serve/route.h"

namespace flu::serve {

// Low-Latency HLS of one stream: playlists and parts, and who waits for the next.
class LlStream {
 public:
  // `live` outlives it, and so does `waiters`, the number of requests of all streams of a worker
  // that wait. `folder` is RUN_DIR/live/NAME.
  LlStream(boost::asio::io_context& loop, LiveStream& live, std::string folder, SegmentCache& cache,
           std::size_t& waiters);
  ~LlStream();
  LlStream(const LlStream&) = delete;
  LlStream& operator=(const LlStream&) = delete;

  // A playlist or part, now or when it is there. Only while live.has_segments().
  void ask(const std::shared_ptr<Connection>& connection, const Route& route);

  // An init that so far only the growing segment needs.
  std::optional<Response> init(const Route& route);

  void check_idle(MonotonicTime now);
  void stop();  // answers who waits

  [[nodiscard]] bool is_open() const { return feed_.is_open(); }

 private:
  struct Waiting {
    std::shared_ptr<Connection> connection;
    Route route;
    MonotonicTime until;
  };
  struct Built {
    std::uint64_t version = 0;
    std::uint64_t generation = 0;
    Response response;
  };

  void changed();
  void answer_waiting();
  void schedule_check();
  // nullopt: it is not there yet.
  std::optional<Response> answer(const Route& route, MonotonicTime now);
  std::optional<Response> answer_playlist(const Route& route, MonotonicTime now);
  std::optional<Response> answer_part(const Route& route, MonotonicTime now);
  Response playlist(const Route& route);
  Response build_playlist(const Route& route);

  LiveStream* live_;
  SegmentCache* cache_;
  std::size_t* waiters_;
  PartsFeed feed_;
  LlWindow window_;
  boost::asio::steady_timer timer_;
  bool is_check_scheduled_ = false;
  bool is_stopping_ = false;
  std::list<Waiting> waiting_;
  std::map<std::string, Built> playlists_;  // by what was asked
  std::string cache_of_blocking_;           // Cache-Control
  std::string cache_of_others_;
  RateLimitedLog errors_{LogLevel::kAlert};
};

}  // namespace flu::serve
