#pragma once

#include <functional>
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
#include "tools/serve/http/connection.h"
#include "tools/serve/live/chunk_ring.h"
#include "tools/serve/live/mpegts_muxer.h"

namespace flu::serve {

// One stream's frames as MPEG-TS for every client of this worker: reads the hub's out.sock from the
// first client until some time after the last.
class MpegtsFeed {
 public:
  // `socket_path` is RUN_DIR/live/NAME/out.sock; `changed` is called when clients can start, or
  // when there is no hope that they will.
  MpegtsFeed(boost::asio::io_context& loop, std::string name, std::string socket_path,
             std::function<void()> changed);
  ~MpegtsFeed();
  MpegtsFeed(const MpegtsFeed&) = delete;
  MpegtsFeed& operator=(const MpegtsFeed&) = delete;

  void set_title(const std::string& title);  // empty: the name

  void open();  // somebody wants it; nothing when it is open
  [[nodiscard]] bool can_start() const { return ring_.newest_start().has_value(); }
  void add_client(const std::shared_ptr<Connection>& connection);

  [[nodiscard]] std::size_t clients() const { return clients_.size(); }
  [[nodiscard]] bool is_open() const { return is_open_; }
  // Leaves the hub when nobody watched for a while.
  void check_idle(MonotonicTime now);

 private:
  class Client;

  void connect();
  void retry();
  void wait_readable();
  void read_frames();
  bool read_units();  // false: the connection is of no more use
  void wake_clients();
  void lost(std::string_view reason);
  void end();
  void reset();
  void remove(Client* client);

  boost::asio::io_context* loop_;
  std::string name_;
  std::string title_;
  std::string socket_path_;
  std::function<void()> changed_;
  bool is_open_ = false;
  bool has_ended_ = false;  // clients are done when they have sent all
  boost::asio::posix::stream_descriptor socket_;
  boost::asio::steady_timer retry_timer_;
  std::unique_ptr<container::FluReader> reader_;
  ChunkRing ring_;
  std::optional<MpegtsMuxer> muxer_;
  std::vector<Client*> clients_;
  bool is_waking_ = false;
  std::uint64_t trimmed_at_ = 0;  // the newest start that was there then
  MonotonicTime lost_at_{};
  MonotonicTime used_at_{};
};

}  // namespace flu::serve
