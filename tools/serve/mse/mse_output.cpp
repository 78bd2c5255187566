// Tested by tests/e2e/serve/mse-chromium.sh
#include "tools/serve/mse/mse_output.h"

#include <algorithm>
#include <random>
#include <string>
#include <utility>

#include <fmt/format.h>

#include "libcommon/base/clock.h"
#include "tools/serve/http/websocket.h"
#include "tools/serve/limits.h"
#include "tools/serve/mse/mse_messages.h"
#include "tools/serve/mse/mse_session.h"

namespace flu::serve {
namespace {

constexpr std::uint64_t kTrimStep = 64;  // frames between two looks at what nobody needs

std::string make_session_id() {
  std::random_device random;
  return fmt::format("{:08x}-{:08x}-{:08x}", random(), random(), random());
}

}  // namespace

class MseOutput::Client final : public WebSocket::Talk {
 public:
  Client(MseOutput& output, Connection& connection, MseWish wish)
      : output_(&output),
        connection_(&connection),
        session_(output.stream_, make_session_id(), wish, monotonic_now()) {}
  ~Client() override {
    if (output_ != nullptr) output_->remove(this);
  }

  void hear(std::string_view text) override {
    if (output_ != nullptr) session_.command(text);
  }
  SharedBytes next() override {
    return output_ == nullptr ? nullptr : session_.next(monotonic_now());
  }
  [[nodiscard]] bool is_over() const override {
    return output_ == nullptr || session_.is_too_slow();
  }

  void forget_output() { output_ = nullptr; }
  [[nodiscard]] Connection& connection() const { return *connection_; }
  [[nodiscard]] std::uint64_t needed() const { return session_.needed(); }

 private:
  MseOutput* output_;
  Connection* connection_;  // owns this
  MseSession session_;
};

MseOutput::MseOutput(StreamFeed& feed) : feed_(&feed), stream_(kMaxBacklogBytes) {}

MseOutput::~MseOutput() {
  clients_.for_each([](Client& client) { client.forget_output(); });
}

void MseOutput::end() {
  ended_at_ = monotonic_now();
  flush();
}

void MseOutput::leave(MonotonicTime now) {
  if (now - ended_at_ < kFeedLost) return;
  clients_.for_each([](Client& client) { client.connection().close(); });
}

void MseOutput::flush() {
  clients_.for_each([](Client& client) { client.connection().wake(); });
  if (stream_.end() - trimmed_at_ < kTrimStep) return;
  trimmed_at_ = stream_.end();
  std::uint64_t needed = stream_.end();
  clients_.for_each([&](Client& client) { needed = std::min(needed, client.needed()); });
  stream_.trim(needed);
}

void MseOutput::add_client(const std::shared_ptr<Connection>& connection, std::string_view query) {
  Response answer = websocket_answer(connection->request());
  if (answer.status != 101) return connection->respond(std::move(answer));
  open();
  auto client = std::make_unique<Client>(*this, *connection, mse_wish_of_query(query));
  clients_.add(client.get());
  connection->respond_upgrade(answer, std::make_unique<WebSocket>(std::move(client)));
}

void MseOutput::remove(Client* client) {
  feed_->used(*this, monotonic_now());
  clients_.remove(client);
}

}  // namespace flu::serve
