#pragma once

#include <cstddef>
#include <cstdint>
#include <map>
#include <memory>
#include <string>

#include <boost/asio/io_context.hpp>

#include "libcommon/store/movie_export.h"
#include "tools/serve/archive/archive_answers.h"
#include "tools/serve/archive/disk_thread.h"
#include "tools/serve/http/connection.h"

namespace flu::serve {

// Parts of archives as MP4 files over HTTP. They are read piece by piece as their clients take
// them, on a thread of its own: who downloads a day holds up nobody's playlist.
class Movies {
 public:
  explicit Movies(boost::asio::io_context& loop) : thread_(loop) {}

  // Answers it later. `question` is of a kMovie.
  void ask(const std::shared_ptr<Connection>& connection, const ArchiveQuestion& question);
  void stop();  // answers who waits

 private:
  friend class MovieBody;

  struct Planned {
    std::shared_ptr<const store::MovieExport> movie;
    Response response;    // or what is wrong
    std::string trouble;  // for the log
  };

  static Planned plan(const ArchiveQuestion& question);
  void planned(std::uint64_t number, Planned planned);

  DiskThread thread_;
  std::map<std::uint64_t, std::shared_ptr<Connection>> waiting_;
  std::size_t under_way_ = 0;  // bodies
  std::uint64_t last_ = 0;
};

}  // namespace flu::serve
