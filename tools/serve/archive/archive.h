#pragma once

#include <cstdint>
#include <map>
#include <memory>
#include <string>

#include <boost/asio/io_context.hpp>

#include "libcommon/service/stream_options.h"
#include "tools/serve/archive/archive_answers.h"
#include "tools/serve/archive/disk_thread.h"
#include "tools/serve/archive/movies.h"
#include "tools/serve/http/connection.h"
#include "tools/serve/live/segment_cache.h"
#include "tools/serve/route.h"

namespace flu::serve {

// The archives of all streams over HTTP. Disks are read on a thread of its own, so that viewers of
// what is live never wait for one.
class Archive {
 public:
  // `root`: of streams for which none is configured.
  Archive(boost::asio::io_context& loop, SegmentCache& cache, std::string root);

  // Where the stream's archive lies; "": it has none.
  [[nodiscard]] const std::string& root_of(const service::StreamOptions& options) const;

  // May an archive have what is asked for, whether the stream runs or not?
  [[nodiscard]] bool may_have(const Route& route, const service::StreamOptions& options) const;

  // Answers it, now or later.
  void ask(const std::shared_ptr<Connection>& connection, ArchiveQuestion question);
  void stop();  // answers who waits

 private:
  void answered(std::uint64_t number, const ArchiveAnswer& answer);

  struct Waiting {
    std::shared_ptr<Connection> connection;
    std::string key;  // that the segment is kept by
  };

  SegmentCache* cache_;
  std::string root_;
  ArchiveAnswers answers_;  // the thread's
  DiskThread thread_;
  Movies movies_;
  std::map<std::uint64_t, Waiting> waiting_;
  std::uint64_t last_ = 0;
};

// Does it ask for the archive by its name, not for what may be in it too?
bool is_of_archive(const Route& route);

}  // namespace flu::serve
