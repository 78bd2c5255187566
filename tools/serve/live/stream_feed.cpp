// Tested by tests/e2e/serve/mpegts-ffmpeg.sh
#include "tools/serve/live/stream_feed.h"

#include <sys/socket.h>

#include <algorithm>
#include <cerrno>
#include <utility>
#include <variant>

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

StreamFeed::StreamFeed(asio::io_context& loop, std::string name, std::string socket_path)
    : name_(std::move(name)),
      socket_path_(std::move(socket_path)),
      socket_(loop),
      retry_timer_(loop),
      group_(kMaxGroupBytes) {}

void StreamFeed::open(FeedFormat& format) {
  const MonotonicTime now = monotonic_now();
  const auto use = std::find_if(formats_.begin(), formats_.end(),
                                [&](const Use& one) { return one.format == &format; });
  if (use != formats_.end()) {
    use->used_at = now;
  } else {
    attach(format, now);
  }
  if (is_open_) return;
  is_open_ = true;
  lost_at_ = now;
  connect();
}

void StreamFeed::attach(FeedFormat& format, MonotonicTime now) {
  formats_.push_back({&format, now});
  if (const auto done = group_.replay(format); !done) refused(format, done.error());
  format.flush();
}

// What one format cannot hold is no matter of the others: it begins anew with the next key frame.
void StreamFeed::refused(FeedFormat& format, const Error& error) {
  log_debug("stream {}: realtime: {}", name_, error.message);
  format.restart();
}

void StreamFeed::leave(const FeedFormat& format) {
  std::erase_if(formats_, [&](const Use& use) { return use.format == &format; });
}

void StreamFeed::used(const FeedFormat& format, MonotonicTime now) {
  for (Use& use : formats_) {
    if (use.format == &format) use.used_at = now;
  }
}

void StreamFeed::connect() {
  auto socket = io::connect_unix(socket_path_, io::UnixType::kStream);
  if (!socket) return retry();
  boost::system::error_code ec;
  socket_.assign(socket->release(), ec);
  if (ec) return retry();
  reader_ = std::make_unique<container::FluReader>();
  group_.restart();
  for (const Use& use : formats_) use.format->restart();
  log_debug("stream {}: read for realtime clients", name_);
  wait_readable();
}

void StreamFeed::retry() {
  if (monotonic_now() - lost_at_ > kFeedLost) return end();
  retry_timer_.expires_after(kRetry);
  retry_timer_.async_wait([this](const auto& ec) {
    if (!ec) connect();
  });
}

void StreamFeed::wait_readable() {
  socket_.async_wait(asio::posix::stream_descriptor::wait_read, [this](const auto& ec) {
    if (!ec) read_frames();
  });
}

void StreamFeed::read_frames() {
  const bool goes_on = read_units();
  for (const Use& use : formats_) use.format->flush();
  if (goes_on) wait_readable();
}

bool StreamFeed::read_units() {
  for (std::size_t total = 0; total < kMaxReadInARow;) {
    const auto room = reader_->prepare(kReadSize);
    const ssize_t got = ::recv(socket_.native_handle(), room.data(), room.size(), MSG_DONTWAIT);
    if (got < 0 && (errno == EAGAIN || errno == EINTR)) return true;
    if (got < 0) return lost(io::system_error("read", socket_path_, errno).message), false;
    if (got == 0) return lost("the hub closed the connection"), false;
    reader_->commit(static_cast<std::size_t>(got));
    total += static_cast<std::size_t>(got);
    const auto goes_on = take_units();
    if (!goes_on) return lost(goes_on.error().message), false;
    if (!*goes_on) return end(), false;
  }
  return true;
}

// False: the stream said that it is over.
Result<bool> StreamFeed::take_units() {
  while (true) {
    FLU_TRY_ASSIGN(const auto unit, reader_->next());
    if (!unit) return true;
    group_.add(*unit);
    for (const Use& use : formats_) {
      if (const auto done = use.format->add(*unit); !done) refused(*use.format, done.error());
    }
    if (std::holds_alternative<container::StreamEnd>(*unit)) return false;
  }
}

void StreamFeed::lost(std::string_view reason) {
  log_debug("stream {}: realtime: {}", name_, reason);
  boost::system::error_code ec;
  socket_.close(ec);
  reader_.reset();
  lost_at_ = monotonic_now();
  retry();
}

void StreamFeed::end() {
  reset();
  // One that is wanted again comes back by open().
  const auto ended = std::exchange(formats_, {});
  for (const Use& use : ended) use.format->end();
}

void StreamFeed::reset() {
  boost::system::error_code ec;
  socket_.close(ec);
  retry_timer_.cancel();
  reader_.reset();
  group_ = FeedGroup(kMaxGroupBytes);
  is_open_ = false;
}

void StreamFeed::check_idle(MonotonicTime now) {
  std::erase_if(formats_, [&](Use& use) {
    if (use.format->has_clients()) use.used_at = now;
    if (now - use.used_at < kFeedIdle) return false;
    use.format->close();
    return true;
  });
  if (!is_open_ || !formats_.empty()) return;
  log_debug("stream {}: no realtime client any more", name_);
  reset();
}

}  // namespace flu::serve
