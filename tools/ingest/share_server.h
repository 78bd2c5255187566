#pragma once

#include <list>
#include <memory>
#include <optional>
#include <string>

#include <boost/asio/io_context.hpp>
#include <boost/asio/posix/stream_descriptor.hpp>
#include <boost/asio/steady_timer.hpp>
#include <nlohmann/json_fwd.hpp>

#include "libcommon/base/log.h"
#include "libcommon/base/unique_fd.h"
#include "libcommon/container/mpegts/sync.h"
#include "tools/ingest/program_router.h"
#include "tools/ingest/source_url.h"
#include "tools/ingest/udp_receiver.h"

namespace flu::ingest {

// One receiver of a UDP address for all that read programs of it. The address is received while
// there are readers. A reader that is slow loses packets, and nobody else does.
class ShareServer {
 public:
  ShareServer(boost::asio::io_context& loop, const SourceUrl& url, UniqueFd listener);

  Result<> start();
  [[nodiscard]] nlohmann::json counters() const;

 private:
  struct Reader {
    Reader(boost::asio::io_context& loop, UniqueFd connected) : socket(loop, connected.release()) {}

    boost::asio::posix::stream_descriptor socket;
    Buffer hello;
    UniqueFd handed;  // the socket that it read until now
    std::optional<unsigned> slot;
    std::uint16_t program = 0;
    Buffer queue;  // what the socket has not taken
    std::size_t sent = 0;
    std::uint64_t dropped = 0;
    bool is_gone = false;
  };
  using Readers = std::list<Reader>;

  void accept_next();
  void listen_to(Readers::iterator reader);
  bool take_hello(Reader& reader);
  void remove_gone();
  void receive(UniqueFd handed = {});
  Result<> open(UdpReceiver::Handlers handlers, UniqueFd handed);
  void receive_again();
  void rest_soon();
  void on_batch();
  void give(Reader& reader, Bytes packets);
  void flush(Reader& reader);
  [[nodiscard]] bool has_readers() const;

  boost::asio::io_context& loop_;
  SourceUrl url_;
  boost::asio::posix::stream_descriptor listener_;
  boost::asio::steady_timer timer_;  // to open the address again, or to leave it
  Readers readers_;
  ProgramRouter router_;
  std::vector<Buffer> slots_;  // packets of this batch
  ProgramRouter::Slots filled_ = 0;
  container::TsCounters sync_counters_;
  container::mpegts::PacketSync sync_{sync_counters_};
  std::unique_ptr<UdpReceiver> receiver_;
  UdpReceiver::Counters ended_;
  std::uint64_t dropped_ = 0;  // packets, for readers that have left too
  RateLimitedLog trouble_{LogLevel::kAlert};
};

}  // namespace flu::ingest
