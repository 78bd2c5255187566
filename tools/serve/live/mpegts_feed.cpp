// Tested by tests/e2e/serve/mpegts-ffmpeg.sh
#include "tools/serve/live/mpegts_feed.h"

#include <sys/socket.h>

#include <algorithm>
#include <cerrno>
#include <utility>

#include "libcommon/base/log.h"
#include "libcommon/io/system_error.h"
#include "libcommon/io/unix_socket.h"
#include "tools/serve/limits.h"

namespace flu::serve {
namespace {

namespace asio = boost::asio;

constexpr std::chrono::milliseconds kRetry{200};
constexpr std::size_t kReadSize = 256 << 10;
// Read in a row before the clients get what is there.
constexpr std::size_t kMaxReadInARow = 4 << 20;

}  // namespace

// A client's place in the ring.
class MpegtsFeed::Client final : public EndlessBody {
 public:
  Client(MpegtsFeed& feed, Connection& connection)
      : feed_(&feed), connection_(&connection), number_(*feed.ring_.newest_start()) {}
  ~Client() override {
    if (feed_ != nullptr) feed_->remove(this);
  }

  std::size_t next_pieces(std::span<iovec> pieces) override {
    if (feed_ == nullptr) return 0;
    std::size_t count = 0;
    std::uint64_t number = number_;
    if (started_ != nullptr && !pieces.empty()) {
      pieces[count++] = piece(*started_, offset_);
      if (!is_started_resumption_) ++number;
    }
    if (number < feed_->ring_.first() && (count > 0 || !skip(number))) return count;
    if (resumption_ != nullptr && count < pieces.size()) pieces[count++] = piece(*resumption_, 0);
    for (; count < pieces.size(); ++number) {
      const ChunkRing::Chunk* chunk = feed_->ring_.find(number);
      if (chunk == nullptr) break;
      pieces[count++] = piece(**chunk, 0);
    }
    return count;
  }

  void sent(std::size_t bytes) override {
    if (feed_ == nullptr) return;
    while (bytes > 0) {
      if (started_ == nullptr) {
        is_started_resumption_ = resumption_ != nullptr;
        started_ = is_started_resumption_ ? resumption_ : *feed_->ring_.find(number_);
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
    return feed_ == nullptr || is_too_slow_ || feed_->has_ended_;
  }

  void forget_feed() { feed_ = nullptr; }
  [[nodiscard]] Connection& connection() const { return *connection_; }
  [[nodiscard]] std::uint64_t number() const { return number_; }

 private:
  static iovec piece(const Buffer& chunk, std::size_t offset) {
    return {const_cast<std::uint8_t*>(chunk.data()) + offset, chunk.size() - offset};
  }

  // What was next is gone: on to the newest key frame. False when there is none, or when this
  // happened too often.
  bool skip(std::uint64_t& number) {
    const MonotonicTime now = monotonic_now();
    if (now - skipped_at_ > kSkipWindow) skips_ = 0;
    const auto start = feed_->ring_.newest_start();
    if (!start) return false;
    skipped_at_ = now;
    if (++skips_ > kMaxSkips) {
      is_too_slow_ = true;
      return false;
    }
    number = number_ = *start;
    resumption_ = feed_->ring_.resumption();
    return true;
  }

  MpegtsFeed* feed_;
  Connection* connection_;    // owns this
  std::uint64_t number_;      // of the chunk that goes out
  ChunkRing::Chunk started_;  // that chunk, once a part of it is gone: packets stay whole
  std::size_t offset_ = 0;
  ChunkRing::Chunk resumption_;  // goes before the chunk `number_`, after a skip
  bool is_started_resumption_ = false;
  unsigned skips_ = 0;
  MonotonicTime skipped_at_{};
  bool is_too_slow_ = false;
};

MpegtsFeed::MpegtsFeed(asio::io_context& loop, std::string name, std::string socket_path,
                       std::function<void()> changed)
    : loop_(&loop),
      name_(std::move(name)),
      socket_path_(std::move(socket_path)),
      changed_(std::move(changed)),
      socket_(loop),
      retry_timer_(loop),
      ring_(kMaxBacklogBytes) {}

MpegtsFeed::~MpegtsFeed() {
  for (Client* client : clients_) client->forget_feed();
}

void MpegtsFeed::set_title(const std::string& title) {
  title_ = title;
  if (muxer_) muxer_->set_service_name(title_.empty() ? name_ : title_);
}

void MpegtsFeed::open() {
  used_at_ = monotonic_now();
  if (is_open_) return;
  is_open_ = true;
  has_ended_ = false;
  ring_.clear();
  muxer_.emplace(ring_, title_.empty() ? name_ : title_);
  lost_at_ = used_at_;
  connect();
}

void MpegtsFeed::connect() {
  auto socket = io::connect_unix(socket_path_, io::UnixType::kStream);
  if (!socket) return retry();
  boost::system::error_code ec;
  socket_.assign(socket->release(), ec);
  if (ec) return retry();
  reader_ = std::make_unique<container::FluReader>();
  muxer_->restart();
  log_debug("mpegts {}: reads the stream", name_);
  wait_readable();
}

void MpegtsFeed::retry() {
  if (monotonic_now() - lost_at_ > kFeedLost) return end();
  retry_timer_.expires_after(kRetry);
  retry_timer_.async_wait([this](const auto& ec) {
    if (!ec) connect();
  });
}

void MpegtsFeed::wait_readable() {
  socket_.async_wait(asio::posix::stream_descriptor::wait_read, [this](const auto& ec) {
    if (!ec) read_frames();
  });
}

void MpegtsFeed::read_frames() {
  const bool could_start = can_start();
  const bool goes_on = read_units();
  muxer_->flush();
  wake_clients();
  if (!could_start && can_start()) changed_();
  if (goes_on) wait_readable();
}

bool MpegtsFeed::read_units() {
  for (std::size_t total = 0; total < kMaxReadInARow;) {
    const auto room = reader_->prepare(kReadSize);
    const ssize_t got = ::recv(socket_.native_handle(), room.data(), room.size(), MSG_DONTWAIT);
    if (got < 0 && (errno == EAGAIN || errno == EINTR)) return true;
    if (got < 0) return lost(io::system_error("read", socket_path_, errno).message), false;
    if (got == 0) return lost("the hub closed the connection"), false;
    reader_->commit(static_cast<std::size_t>(got));
    total += static_cast<std::size_t>(got);
    while (true) {
      const auto unit = reader_->next();
      if (!unit) return lost(unit.error().message), false;
      if (!*unit) break;
      if (const auto done = muxer_->add(**unit); !done) return lost(done.error().message), false;
      if (muxer_->has_ended()) return end(), false;
    }
  }
  return true;
}

void MpegtsFeed::wake_clients() {
  // At each key frame, what nobody needs any more goes.
  if (const auto start = ring_.newest_start(); start && *start != trimmed_at_) {
    trimmed_at_ = *start;
    std::uint64_t needed = ring_.end();
    for (const Client* client : clients_) needed = std::min(needed, client->number());
    ring_.trim(needed);
  }
  is_waking_ = true;
  for (std::size_t i = 0; i < clients_.size(); ++i) {  // waking may remove it
    if (clients_[i] != nullptr) clients_[i]->connection().wake();
  }
  is_waking_ = false;
  std::erase(clients_, nullptr);
}

void MpegtsFeed::lost(std::string_view reason) {
  log_debug("mpegts {}: {}", name_, reason);
  boost::system::error_code ec;
  socket_.close(ec);
  reader_.reset();
  lost_at_ = monotonic_now();
  retry();
}

// No more comes: clients get what is there and are closed.
void MpegtsFeed::end() {
  has_ended_ = true;
  muxer_->flush();
  wake_clients();
  reset();
  changed_();
}

void MpegtsFeed::reset() {
  boost::system::error_code ec;
  socket_.close(ec);
  retry_timer_.cancel();
  reader_.reset();
  is_open_ = false;
}

void MpegtsFeed::add_client(const std::shared_ptr<Connection>& connection) {
  auto client = std::make_unique<Client>(*this, *connection);
  clients_.push_back(client.get());
  connection->respond_endless("video/mp2t", std::move(client));
}

void MpegtsFeed::remove(Client* client) {
  used_at_ = monotonic_now();
  const auto place = std::find(clients_.begin(), clients_.end(), client);
  if (place == clients_.end()) return;
  if (is_waking_) {
    *place = nullptr;
  } else {
    *place = clients_.back();
    clients_.pop_back();
  }
}

void MpegtsFeed::check_idle(MonotonicTime now) {
  if (!clients_.empty()) used_at_ = now;
  if (!is_open_ || now - used_at_ < kFeedIdle) return;
  log_debug("mpegts {}: nobody watches any more", name_);
  reset();
  muxer_.reset();
  ring_.clear();
}

}  // namespace flu::serve
