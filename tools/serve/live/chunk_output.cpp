// Tested by tests/e2e/serve/mpegts-ffmpeg.sh
#include "tools/serve/live/chunk_output.h"

#include <algorithm>
#include <utility>

#include "libcommon/base/clock.h"
#include "libcommon/base/coarse_clock.h"
#include "tools/serve/limits.h"
#include "tools/serve/live/ring_reader.h"

namespace flu::serve {

class ChunkOutput::Client final : public EndlessBody {
 public:
  Client(ChunkOutput& output, Connection& connection)
      : output_(&output), connection_(&connection), reader_(output.ring_, output.prepush_) {}
  ~Client() override {
    if (output_ != nullptr) output_->remove(this);
  }

  std::size_t next_pieces(std::span<iovec> pieces) override {
    return output_ == nullptr ? 0 : reader_.next_pieces(pieces, coarse_monotonic_now());
  }
  void sent(std::size_t bytes) override {
    if (output_ != nullptr) reader_.sent(bytes);
  }
  [[nodiscard]] bool is_over() const override {
    return output_ == nullptr || output_->has_ended_ || reader_.is_over();
  }
  bool finish() override {
    if (output_ == nullptr) return false;
    reader_.finish();
    return true;
  }

  void forget_output() { output_ = nullptr; }
  [[nodiscard]] Connection& connection() const { return *connection_; }
  [[nodiscard]] std::uint64_t number() const { return reader_.number(); }

 private:
  ChunkOutput* output_;
  Connection* connection_;  // owns this
  RingReader reader_;
};

ChunkOutput::ChunkOutput(StreamFeed& feed, MakeMuxer make, std::function<void()> changed)
    : feed_(&feed), make_(std::move(make)), changed_(std::move(changed)), ring_(kMaxBacklogBytes) {}

ChunkOutput::~ChunkOutput() {
  feed_->leave(*this);
  clients_.for_each([](Client& client) { client.forget_output(); });
}

void ChunkOutput::open() {
  if (!muxer_) {
    has_ended_ = false;
    ring_.clear();
    muxer_ = make_(ring_);
  }
  feed_->open(*this);
}

Result<void> ChunkOutput::add(const container::StreamUnit& unit) {
  return muxer_->add(unit);
}

void ChunkOutput::restart() {
  muxer_->restart();
}

void ChunkOutput::flush() {
  muxer_->flush();
  if (muxer_->take_break()) {
    ring_.clear();
    clients_.for_each([](Client& client) { client.connection().close(); });
  }
  wake_clients();
  if (!std::exchange(could_start_, can_start()) && could_start_) changed_();
}

void ChunkOutput::wake_clients() {
  // At each key frame, what nobody needs any more goes.
  if (const auto start = ring_.newest_start(); start && *start != trimmed_at_) {
    trimmed_at_ = *start;
    std::uint64_t needed = ring_.end();
    clients_.for_each([&](Client& client) { needed = std::min(needed, client.number()); });
    ring_.trim(needed, prepush_.value_or(media::Ticks(0)));
  }
  clients_.for_each([](Client& client) { client.connection().wake(); });
}

// No more comes: clients get what is there and are closed.
void ChunkOutput::end() {
  has_ended_ = true;
  muxer_->flush();
  wake_clients();
  close();
  changed_();
}

void ChunkOutput::close() {
  muxer_.reset();
  could_start_ = false;
  if (clients_.empty()) ring_.clear();  // else they are still being sent the rest
}

std::unique_ptr<EndlessBody> ChunkOutput::make_body(Connection& connection) {
  auto client = std::make_unique<Client>(*this, connection);
  clients_.add(client.get());
  return client;
}

void ChunkOutput::remove(Client* client) {
  feed_->used(*this, monotonic_now());
  clients_.remove(client);
}

}  // namespace flu::serve
