#pragma once

#include <map>
#include <memory>
#include <optional>
#include <string>
#include <string_view>

#include <boost/asio/io_context.hpp>
#include <boost/asio/steady_timer.hpp>

#include "libcommon/base/clock.h"
#include "libcommon/base/unique_fd.h"
#include "libcommon/service/run_dir.h"
#include "libcommon/service/stream_options.h"
#include "tools/serve/http/connection.h"
#include "tools/serve/live/mjpeg_output.h"
#include "tools/serve/live/thumbnail.h"

namespace flu::serve {

// The JPEG pictures of all streams that somebody asked for: single ones and without end. flu-thumb
// makes them; it is told when one is wanted.
class Pictures {
 public:
  Pictures(boost::asio::io_context& loop, const service::RunDir& run_dir);

  // nullopt: there is none yet, but there will be.
  std::optional<Response> jpeg(const std::string& stream, const service::StreamOptions& options,
                               MonotonicTime now);
  // False: as above. Answers, or begins an answer without end.
  bool add_client(const std::shared_ptr<Connection>& connection, const std::string& stream,
                  const service::StreamOptions& options, MonotonicTime now);

  [[nodiscard]] bool has_clients(std::string_view stream) const;

 private:
  struct Entry {
    explicit Entry(std::string path) : newest(std::move(path)) {}
    Thumbnail newest;
    MjpegOutput endless;
    MonotonicTime used_at{};
    MonotonicTime seen_at{};  // when there was a picture last, for clients without end
    MonotonicTime asked_at{};
  };

  Entry& find(const std::string& stream, MonotonicTime now);
  void ask(const std::string& stream, Entry& entry, MonotonicTime now);
  void schedule();
  void tick();

  service::RunDir run_dir_;
  UniqueFd thumb_;  // to flu-thumb
  std::map<std::string, std::unique_ptr<Entry>, std::less<>> streams_;
  boost::asio::steady_timer timer_;
  bool is_scheduled_ = false;
};

}  // namespace flu::serve
