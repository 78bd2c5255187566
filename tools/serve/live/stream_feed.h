#pragma once

#include <memory>
#include <optional>
#include <string>
#include <string_view>
#include <vector>

#include <boost/asio/io_context.hpp>
#include <boost/asio/posix/stream_descriptor.hpp>
#include <boost/asio/steady_timer.hpp>

#include "libcommon/base/clock.h"
#include "libcommon/container/mp4/flu_stream.h"
#include "tools/serve/live/feed_format.h"
#include "tools/serve/live/feed_group.h"

namespace flu::serve {

// One stream's frames for every realtime client of this worker: reads the hub's out.sock from the
// first client of any format until some time after the last.
class StreamFeed {
 public:
  // `socket_path` is RUN_DIR/live/NAME/out.sock.
  StreamFeed(boost::asio::io_context& loop, std::string name, std::string socket_path);
  StreamFeed(const StreamFeed&) = delete;
  StreamFeed& operator=(const StreamFeed&) = delete;

  // Somebody wants the stream in that format, which is there for as long as this feed. One that
  // comes later than others is given what they had since the newest key frame.
  void open(FeedFormat& format);

  [[nodiscard]] bool is_open() const { return is_open_; }
  // Formats that nobody watched for a while are closed; without any, the hub is left.
  void check_idle(MonotonicTime now);
  // That format goes, without a word to it.
  void leave(const FeedFormat& format);
  // What the hub says the stream has; nullopt where it has not said so yet, or is left.
  [[nodiscard]] const std::optional<media::Tracks>& tracks() const { return group_.tracks(); }
  // A client of that format left.
  void used(const FeedFormat& format, MonotonicTime now);

 private:
  struct Use {
    FeedFormat* format;
    MonotonicTime used_at;
  };

  void attach(FeedFormat& format, MonotonicTime now);
  void refused(FeedFormat& format, const Error& error);
  void connect();
  void retry();
  void wait_readable();
  void read_frames();
  bool read_units();  // false: the connection is of no more use
  Result<bool> take_units();
  void lost(std::string_view reason);
  void end();
  void reset();

  std::string name_;
  std::string socket_path_;
  bool is_open_ = false;
  boost::asio::posix::stream_descriptor socket_;
  boost::asio::steady_timer retry_timer_;
  std::unique_ptr<container::FluReader> reader_;
  std::vector<Use> formats_;
  FeedGroup group_;
  MonotonicTime lost_at_{};
};

}  // namespace flu::serve
