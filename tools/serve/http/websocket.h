#pragma once

#include <array>
#include <cstddef>
#include <cstdint>
#include <deque>
#include <memory>
#include <span>
#include <string_view>

#include "libcommon/base/bytes.h"
#include "libcommon/base/clock.h"
#include "libcommon/wire/websocket/frames.h"
#include "tools/serve/http/connection.h"

namespace flu::serve {

// One WebSocket of a client. What it says goes to its talk; what the talk has for it goes out from
// bytes that many clients share.
class WebSocket final : public EndlessBody {
 public:
  using SharedBytes = std::shared_ptr<const Buffer>;

  class Talk {
   public:
    virtual ~Talk() = default;
    virtual void hear(std::string_view text) = 0;
    // The next whole message with its head; null: nothing now.
    virtual SharedBytes next() = 0;
    [[nodiscard]] virtual bool is_over() const = 0;
  };

  explicit WebSocket(std::unique_ptr<Talk> talk);

  std::size_t next_pieces(std::span<iovec> pieces) override;
  void sent(std::size_t bytes) override;
  [[nodiscard]] bool is_over() const override;
  [[nodiscard]] bool takes_input() const override { return true; }
  void receive(Bytes bytes) override;
  // A ping where it has been quiet; the end where even that has no answer.
  void check(MonotonicTime now) override;
  // Says so to the client. By 1000: players in the field take any other code, but for a connection
  // that was lost, as a reason never to come back.
  bool finish() override;

 private:
  void hear(const wire::WebSocketMessage& message);
  void close(Buffer frame);
  void refill();

  std::unique_ptr<Talk> talk_;
  wire::WebSocketReader reader_;
  std::deque<SharedBytes> out_;  // the first may be gone in part
  std::size_t offset_ = 0;
  SharedBytes pong_;  // the newest: older ones need no answer (RFC 6455 5.5.3)
  SharedBytes ping_;
  SharedBytes close_;  // the last thing that goes out
  bool is_closing_ = false;
  bool is_dead_ = false;
  bool has_pinged_ = false;
  MonotonicTime heard_at_;
};

// What is wrong with a request that should open a WebSocket; 101 where nothing is. `extra` of the
// answer to it is in the response.
Response websocket_answer(const Request& request);

}  // namespace flu::serve
