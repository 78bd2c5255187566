#pragma once

#include <cstdint>
#include <functional>
#include <memory>
#include <optional>
#include <string>
#include <string_view>

#include "tools/serve/http/connection.h"
#include "tools/serve/live/chunk_ring.h"
#include "tools/serve/live/client_list.h"
#include "tools/serve/live/feed_format.h"
#include "tools/serve/live/mpegts_muxer.h"
#include "tools/serve/live/stream_feed.h"

namespace flu::serve {

// One stream's frames as MPEG-TS for every client of this worker.
class MpegtsOutput final : public FeedFormat {
 public:
  // `changed` is called when clients can start, or when there is no hope that they will.
  MpegtsOutput(StreamFeed& feed, MpegtsMuxer::Service service, WantedTracks wanted, PidWishes pids,
               std::function<void()> changed);
  ~MpegtsOutput() override;
  MpegtsOutput(const MpegtsOutput&) = delete;
  MpegtsOutput& operator=(const MpegtsOutput&) = delete;

  void set_service(const MpegtsMuxer::Service& service);
  // What a client gets at once: of the last so much from a key frame on. 0: nothing, it begins
  // with the next key frame; not set: from the newest one on.
  void set_prepush(std::optional<media::Ticks> prepush) { prepush_ = prepush; }

  void open();  // somebody wants it
  [[nodiscard]] bool can_start() const { return ring_.newest_start().has_value(); }
  void add_client(const std::shared_ptr<Connection>& connection);

  Result<void> add(const container::StreamUnit& unit) override;
  void restart() override;
  void flush() override;
  void end() override;
  void close() override;
  [[nodiscard]] bool has_clients() const override { return !clients_.empty(); }

 private:
  class Client;

  void wake_clients();
  void remove(Client* client);

  StreamFeed* feed_;
  MpegtsMuxer::Service service_;
  WantedTracks wanted_;
  PidWishes pids_;
  std::optional<media::Ticks> prepush_;
  std::function<void()> changed_;
  bool has_ended_ = false;  // clients are done when they have sent all
  ChunkRing ring_;
  std::optional<MpegtsMuxer> muxer_;
  ClientList<Client> clients_;
  bool could_start_ = false;
  std::uint64_t trimmed_at_ = 0;  // the newest start that was there then
};

}  // namespace flu::serve
