// Tested by tests/e2e/serve/mpegts-ffmpeg.sh
#include "tools/serve/live/mpegts_output.h"

#include <algorithm>
#include <utility>

#include "libcommon/base/clock.h"
#include "tools/serve/limits.h"

namespace flu::serve {

// A client's place in the ring.
class MpegtsOutput::Client final : public EndlessBody {
 public:
  Client(MpegtsOutput& output, Connection& connection)
      : output_(&output),
        connection_(&connection),
        number_(output.ring_.end()),
        waits_for_start_(output.prepush_ == media::Ticks(0)) {
    if (waits_for_start_) return;
    number_ = *output.ring_.start_behind(output.prepush_.value_or(media::Ticks(0)));
  }
  ~Client() override {
    if (output_ != nullptr) output_->remove(this);
  }

  std::size_t next_pieces(std::span<iovec> pieces) override {
    if (output_ == nullptr || (waits_for_start_ && !take_start())) return 0;
    std::size_t count = 0;
    std::uint64_t number = number_;
    if (started_ != nullptr && !pieces.empty()) {
      pieces[count++] = piece(*started_, offset_);
      if (!is_started_resumption_) ++number;
    }
    if (number < output_->ring_.first() && (count > 0 || !skip(number))) return count;
    if (resumption_ != nullptr && count < pieces.size()) pieces[count++] = piece(*resumption_, 0);
    for (; count < pieces.size() && number != last_start(); ++number) {
      const ChunkRing::Chunk* chunk = output_->ring_.find(number);
      if (chunk == nullptr) break;
      pieces[count++] = piece(**chunk, 0);
    }
    return count;
  }

  void sent(std::size_t bytes) override {
    if (output_ == nullptr) return;
    while (bytes > 0) {
      if (started_ == nullptr && resumption_ == nullptr) {
        const Buffer& whole = **output_->ring_.find(number_);
        if (bytes >= whole.size()) {  // nothing to hold
          bytes -= whole.size();
          ++number_;
          continue;
        }
      }
      if (started_ == nullptr) {
        is_started_resumption_ = resumption_ != nullptr;
        started_ = is_started_resumption_ ? resumption_ : *output_->ring_.find(number_);
        resumption_.reset();
        offset_ = 0;
      }
      const std::size_t now = std::min(bytes, started_->size() - offset_);
      offset_ += now;
      bytes -= now;
      if (offset_ < started_->size()) break;
      started_.reset();
      if (!std::exchange(is_started_resumption_, false)) ++number_;
    }
  }

  [[nodiscard]] bool is_over() const override {
    return output_ == nullptr || is_too_slow_ || output_->has_ended_ ||
           (started_ == nullptr && number_ == last_start());
  }

  // At the next key frame, or at this one if that is what comes next.
  bool finish() override {
    if (output_ == nullptr) return false;
    if (!finish_after_) finish_after_ = output_->ring_.newest_start().value_or(0);
    return true;
  }

  void forget_output() { output_ = nullptr; }
  [[nodiscard]] Connection& connection() const { return *connection_; }
  [[nodiscard]] std::uint64_t number() const { return number_; }

 private:
  static iovec piece(const Buffer& chunk, std::size_t offset) {
    return {const_cast<std::uint8_t*>(chunk.data()) + offset, chunk.size() - offset};
  }

  // Nothing of what was there before the client: on with the next key frame.
  bool take_start() {
    const auto start = output_->ring_.next_start(number_);
    if (!start) return false;
    number_ = *start;
    waits_for_start_ = false;
    return true;
  }

  // The key frame that is not sent any more.
  [[nodiscard]] std::optional<std::uint64_t> last_start() const {
    const auto start = output_->ring_.newest_start();
    return finish_after_ && start && *start > *finish_after_ ? start : std::nullopt;
  }

  // What was next is gone: on to the newest key frame. False when there is none, or when this
  // happened too often.
  bool skip(std::uint64_t& number) {
    const MonotonicTime now = monotonic_now();
    if (now - skipped_at_ > kSkipWindow) skips_ = 0;
    const auto start = output_->ring_.newest_start();
    if (!start) return false;
    skipped_at_ = now;
    if (++skips_ > kMaxSkips) {
      is_too_slow_ = true;
      return false;
    }
    number = number_ = *start;
    resumption_ = output_->ring_.resumption();
    return true;
  }

  MpegtsOutput* output_;
  Connection* connection_;    // owns this
  std::uint64_t number_;      // of the chunk that goes out
  ChunkRing::Chunk started_;  // that chunk, once a part of it is gone: packets stay whole
  std::size_t offset_ = 0;
  bool waits_for_start_;
  ChunkRing::Chunk resumption_;  // goes before the chunk `number_`, after a skip
  bool is_started_resumption_ = false;
  unsigned skips_ = 0;
  MonotonicTime skipped_at_{};
  bool is_too_slow_ = false;
  std::optional<std::uint64_t> finish_after_;
};

MpegtsOutput::MpegtsOutput(StreamFeed& feed, MpegtsMuxer::Service service, WantedTracks wanted,
                           PidWishes pids, std::function<void()> changed)
    : feed_(&feed),
      service_(std::move(service)),
      wanted_(std::move(wanted)),
      pids_(std::move(pids)),
      changed_(std::move(changed)),
      ring_(kMaxBacklogBytes) {}

MpegtsOutput::~MpegtsOutput() {
  feed_->leave(*this);
  clients_.for_each([](Client& client) { client.forget_output(); });
}

void MpegtsOutput::set_service(const MpegtsMuxer::Service& service) {
  service_ = service;
  if (muxer_) muxer_->set_service(service_);
}

void MpegtsOutput::open() {
  if (!muxer_) {
    has_ended_ = false;
    ring_.clear();
    muxer_.emplace(ring_, service_, wanted_, pids_);
  }
  feed_->open(*this);
}

Result<void> MpegtsOutput::add(const container::StreamUnit& unit) {
  return muxer_->add(unit);
}

void MpegtsOutput::restart() {
  muxer_->restart();
}

void MpegtsOutput::flush() {
  muxer_->flush();
  wake_clients();
  if (!std::exchange(could_start_, can_start()) && could_start_) changed_();
}

void MpegtsOutput::wake_clients() {
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
void MpegtsOutput::end() {
  has_ended_ = true;
  muxer_->flush();
  wake_clients();
  close();
  changed_();
}

void MpegtsOutput::close() {
  muxer_.reset();
  could_start_ = false;
  if (clients_.empty()) ring_.clear();  // else they are still being sent the rest
}

void MpegtsOutput::add_client(const std::shared_ptr<Connection>& connection) {
  auto client = std::make_unique<Client>(*this, *connection);
  clients_.add(client.get());
  connection->respond_endless("video/mp2t", std::move(client));
}

void MpegtsOutput::remove(Client* client) {
  feed_->used(*this, monotonic_now());
  clients_.remove(client);
}

}  // namespace flu::serve
