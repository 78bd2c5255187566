#pragma once

#include <memory>
#include <string_view>

#include "tools/serve/http/connection.h"
#include "tools/serve/live/client_list.h"
#include "tools/serve/live/feed_format.h"
#include "tools/serve/live/stream_feed.h"
#include "tools/serve/mse/mse_stream.h"

namespace flu::serve {

// One stream's frames as MSE-LD for every client of this worker.
class MseOutput final : public FeedFormat {
 public:
  explicit MseOutput(StreamFeed& feed);
  ~MseOutput() override;
  MseOutput(const MseOutput&) = delete;
  MseOutput& operator=(const MseOutput&) = delete;

  // Somebody wants it: also again, after it ended.
  void open() { feed_->open(*this); }
  // Answers a request for a WebSocket; `query` is the address's.
  void add_client(const std::shared_ptr<Connection>& connection, std::string_view query);

  Result<void> add(const container::StreamUnit& unit) override { return stream_.add(unit); }
  void restart() override { stream_.restart(); }
  void flush() override;
  void end() override;  // who watches waits for it to come back
  void close() override { stream_.clear(); }
  [[nodiscard]] bool has_clients() const override { return !clients_.empty(); }
  // It does not come back: clients are closed, though not at once after its end.
  void leave(MonotonicTime now);

 private:
  class Client;

  void remove(Client* client);

  StreamFeed* feed_;
  MseStream stream_;
  ClientList<Client> clients_;
  MonotonicTime ended_at_{};
  std::uint64_t trimmed_at_ = 0;  // its end then
};

}  // namespace flu::serve
