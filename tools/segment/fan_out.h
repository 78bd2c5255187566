#pragma once

#include <cstdint>
#include <functional>
#include <list>
#include <memory>
#include <optional>

#include <boost/asio/io_context.hpp>
#include <boost/asio/posix/stream_descriptor.hpp>

#include "libcommon/base/clock.h"
#include "libcommon/base/result.h"
#include "libcommon/base/unique_fd.h"
#include "tools/segment/log_file.h"

namespace flu::hub {

// Gives the flu stream to the readers of out.sock, out of the logs, by position: nothing is held
// for any of them. Each begins with the newest GOP. One that falls out of the last two GOPs goes on
// at the newest key frame; one that takes nothing for 10 s is closed.
class FanOut {
 public:
  explicit FanOut(boost::asio::io_context& loop);

  // `write_all` is called before somebody begins to read: what is there is written then.
  void listen(UniqueFd socket, std::function<void()> write_all);

  // The growing log, or null while nobody plays; something may have been appended.
  void progress(const std::shared_ptr<LogFile>& log);

  // Once a second: readers that do not read.
  void check(MonotonicTime now);

  // Ends every stream with the mark of a clean end, where the reader has kept up.
  void close_all();

  [[nodiscard]] std::size_t count() const { return readers_.size(); }
  [[nodiscard]] std::uint64_t bytes() const { return bytes_; }
  [[nodiscard]] std::uint64_t skips() const { return skips_; }

 private:
  struct Reader {
    explicit Reader(boost::asio::io_context& loop) : descriptor(loop) {}

    // At `at` the reader goes on elsewhere: in the same log, or at the newest key frame.
    struct Jump {
      std::uint64_t at = 0;
      std::optional<std::uint64_t> to;  // nullopt: the newest key frame of the growing log
    };

    boost::asio::posix::stream_descriptor descriptor;
    std::shared_ptr<LogFile> log;
    std::uint64_t position = 0;
    std::optional<Jump> jump;
    std::uint64_t tracks_number = 0;  // of the head that was sent; 0: none
    bool is_blocked = false;          // waits until the socket takes more
    bool is_closed = false;
    MonotonicTime last_progress{};
  };
  using ReaderPtr = std::shared_ptr<Reader>;

  void accept();
  void add(UniqueFd socket);
  void watch_input(const ReaderPtr& reader);
  void wait_room(const ReaderPtr& reader);
  void pump(const ReaderPtr& reader);
  bool step(Reader& reader);
  void join(Reader& reader);
  bool move_on(Reader& reader);
  void skip_if_behind(Reader& reader);
  void close(Reader& reader);

  boost::asio::io_context* loop_;
  boost::asio::posix::stream_descriptor listener_;
  std::function<void()> write_all_;
  std::list<ReaderPtr> readers_;
  std::shared_ptr<LogFile> log_;
  std::size_t known_keys_ = 0;
  std::uint64_t bytes_ = 0;
  std::uint64_t skips_ = 0;
};

}  // namespace flu::hub
