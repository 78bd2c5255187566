#pragma once

#include <functional>
#include <memory>
#include <string>
#include <string_view>

#include <boost/asio/io_context.hpp>
#include <boost/asio/posix/stream_descriptor.hpp>
#include <boost/asio/steady_timer.hpp>

#include "libcommon/base/clock.h"
#include "libcommon/base/result.h"
#include "libcommon/base/unique_fd.h"
#include "libcommon/segment/index_record.h"
#include "tools/serve/ll/growing_segment.h"

namespace flu::serve {

// What the hub of one stream tells on win.sock, for all LL-HLS clients of this worker: connected
// from the first of them until some time after the last.
class PartsFeed {
 public:
  // `folder` is RUN_DIR/live/NAME; `changed` is called after news and after the end of hope.
  PartsFeed(boost::asio::io_context& loop, std::string name, std::string folder,
            std::function<void()> changed);
  PartsFeed(const PartsFeed&) = delete;
  PartsFeed& operator=(const PartsFeed&) = delete;

  void open();  // somebody wants it
  // Leaves the hub when nobody asked for a while.
  void check_idle(MonotonicTime now);

  [[nodiscard]] bool is_open() const { return is_open_; }
  // Since when the hub is there; nothing is known of it at first.
  [[nodiscard]] bool is_settled(MonotonicTime now) const;
  // What the hub has to tell a newcomer was not here yet.
  [[nodiscard]] bool is_greeting() const { return is_greeting_; }
  // The hub is gone, and did not come back in time.
  [[nodiscard]] bool is_lost() const { return is_lost_; }

  // Null while no part of one is told.
  [[nodiscard]] const GrowingSegment* growing() const { return growing_.get(); }
  // Bytes of its file.
  [[nodiscard]] Result<Buffer> read(std::uint64_t offset, std::size_t size) const;
  // Counts what was told.
  [[nodiscard]] std::uint64_t version() const { return version_; }

 private:
  void connect();
  void retry();
  void wait_readable();
  void end_greeting();
  void read_news();
  bool read_message();  // false: nothing waits, or the connection is of no more use
  void take(const segment::IndexRecord& record);
  Result<void> take_part(const segment::IndexRecord& part);
  Result<void> begin(const segment::IndexRecord& part);
  Result<void> feed_up_to(std::uint64_t end);
  void lost(std::string_view reason);
  void reset();

  std::string name_;
  std::string folder_;
  std::function<void()> changed_;
  bool is_open_ = false;
  bool is_connected_ = false;
  bool is_lost_ = false;
  bool is_greeting_ = false;
  boost::asio::posix::stream_descriptor socket_;
  boost::asio::steady_timer retry_timer_;
  boost::asio::steady_timer greeting_timer_;
  UniqueFd file_;  // that the growing segment is in
  std::unique_ptr<GrowingSegment> growing_;
  std::uint64_t version_ = 0;
  MonotonicTime connected_at_{};
  MonotonicTime lost_at_{};
  MonotonicTime used_at_{};
};

}  // namespace flu::serve
