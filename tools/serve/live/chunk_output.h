#pragma once

#include <cstdint>
#include <functional>
#include <memory>
#include <optional>
#include <string_view>

#include "tools/serve/http/connection.h"
#include "tools/serve/live/chunk_muxer.h"
#include "tools/serve/live/chunk_ring.h"
#include "tools/serve/live/client_list.h"
#include "tools/serve/live/feed_format.h"
#include "tools/serve/live/stream_feed.h"

namespace flu::serve {

// One stream's frames in one kind of chunks, for every client of this worker that wants those.
class ChunkOutput final : public FeedFormat {
 public:
  using MakeMuxer = std::function<std::unique_ptr<ChunkMuxer>(ChunkRing&)>;

  // `make` is asked whenever somebody comes after nobody was there. `changed` is called when
  // clients can start, or when there is no hope that they will.
  ChunkOutput(StreamFeed& feed, MakeMuxer make, std::function<void()> changed);
  ~ChunkOutput() override;
  ChunkOutput(const ChunkOutput&) = delete;
  ChunkOutput& operator=(const ChunkOutput&) = delete;

  // What a client gets at once: of the last so much from a key frame on. 0: nothing, it begins
  // with the next key frame; not set: from the newest one on.
  void set_prepush(std::optional<media::Ticks> prepush) { prepush_ = prepush; }

  void open();  // somebody wants it
  [[nodiscard]] bool can_start() const { return ring_.newest_start().has_value(); }
  // Both of them only when clients can start.
  [[nodiscard]] std::string_view content_type() const { return muxer_->content_type(); }
  // What a client is sent, for the body of its answer; the connection owns it.
  std::unique_ptr<EndlessBody> make_body(Connection& connection);

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
  MakeMuxer make_;
  std::optional<media::Ticks> prepush_;
  std::function<void()> changed_;
  bool has_ended_ = false;  // clients are done when they have sent all
  ChunkRing ring_;
  std::unique_ptr<ChunkMuxer> muxer_;
  ClientList<Client> clients_;
  bool could_start_ = false;
  std::uint64_t trimmed_at_ = 0;  // the newest start that was there then
};

}  // namespace flu::serve
