#pragma once

#include <cstdint>
#include <functional>
#include <list>
#include <memory>
#include <optional>
#include <string>

#include <boost/asio/io_context.hpp>
#include <boost/asio/posix/stream_descriptor.hpp>

#include "libcommon/base/clock.h"
#include "libcommon/base/result.h"
#include "libcommon/base/unique_fd.h"
#include "tools/segment/arbiter.h"
#include "tools/segment/input.h"
#include "tools/segment/limits.h"
#include "tools/segment/live_stream.h"
#include "tools/segment/preroll.h"

namespace flu::hub {

// Those who send the stream: standard input and the connections of in.sock. One of them plays; who
// may is the arbiter's to say, and the winner starts at its first key frame.
class Producers {
 public:
  struct Hooks {
    std::function<void()> progress;                       // something was appended
    std::function<void(std::optional<Error>)> stdin_end;  // standard input ended, or broke
  };

  Producers(boost::asio::io_context& loop, LiveStream& stream, Hooks hooks);

  void listen(UniqueFd socket);
  void add_stdin();

  // Once a second: connections that never say what they are.
  void check(MonotonicTime now);
  void close_all();

  [[nodiscard]] bool is_playing() const { return playing_ != nullptr; }
  [[nodiscard]] std::size_t count() const { return producers_.size(); }
  [[nodiscard]] std::uint64_t started() const { return started_; }
  [[nodiscard]] std::string_view format() const;

 private:
  struct Producer {
    Producer(boost::asio::io_context& loop, const container::StreamHead& assumed)
        : descriptor(loop), input(assumed), head(assumed) {}

    std::string name;
    boost::asio::posix::stream_descriptor descriptor;
    bool is_stdin = false;
    bool may_block = false;        // a description shared with others: read only what is there
    bool is_always_ready = false;  // a regular file
    bool is_closed = false;
    std::size_t read_size = kReadSize;
    Input input;
    container::StreamHead head;
    media::Tracks tracks;
    std::uint32_t main_track = 0;
    Preroll preroll;
    MonotonicTime connected{};
    MonotonicTime last_data{};

    [[nodiscard]] Claim claim() const { return {head.producer, head.start_us}; }
  };
  using ProducerPtr = std::shared_ptr<Producer>;

  ProducerPtr make(std::string name);
  void accept();
  void wait(const ProducerPtr& producer);
  void read(const ProducerPtr& producer);
  bool read_once(Producer& producer);
  Result<void> take_units(Producer& producer);
  Result<void> take(Producer& producer, const container::StreamUnit& unit);
  Result<void> take_fragment(Producer& producer, const container::Fragment& fragment);
  [[nodiscard]] bool may_play(const Producer& producer) const;
  Result<void> play(Producer& producer);
  void end(Producer& producer, std::optional<Error> why);

  boost::asio::io_context* loop_;
  LiveStream* stream_;
  Hooks hooks_;
  boost::asio::posix::stream_descriptor listener_;
  std::list<ProducerPtr> producers_;
  Producer* playing_ = nullptr;
  std::uint64_t started_ = 0;
};

}  // namespace flu::hub
