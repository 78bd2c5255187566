// Tested by tests/e2e/ingest/share-ffmpeg.sh

#include "tools/ingest/source_share.h"

#include <utility>

#include <fmt/format.h>

#include "libcommon/base/clock.h"
#include "libcommon/base/log.h"
#include "libcommon/io/unix_socket.h"
#include "tools/ingest/share_hello.h"

namespace flu::ingest {
namespace {

constexpr std::chrono::milliseconds kPause{100};
// A receiver that was killed is back well within that; then the next source has its turn.
constexpr std::chrono::seconds kMaxLost{5};

}  // namespace

ShareSource::ShareSource(boost::asio::io_context& loop, const SourceUrl& url, std::string socket)
    : StreamSource(loop, url), socket_(std::move(socket)) {}

void ShareSource::connect() {
  auto connected = io::connect_unix(socket_, io::UnixType::kStream);
  if (!connected) return connect_soon(connected.error().message);
  connection_ = std::make_unique<Connection>(
      loop_, Connection::Handlers{
                 [this] { (void)connection_->send(write_share_hello({url_.ts.program})); },
                 [this](Bytes bytes) {
                   if (std::exchange(lost_since_, {}) != MonotonicTime{}) {
                     log_info("{}: read from its shared receiver again", url_.text);
                   }
                   input_.feed(bytes);
                 },
                 [this](const Result<>&) { connect_soon("the shared receiver ended"); }});
  connection_->open(std::move(*connected));
}

void ShareSource::connect_soon(const std::string& why) {
  const MonotonicTime now = monotonic_now();
  if (lost_since_ == MonotonicTime{}) {
    lost_since_ = now;
    log_alert("{}: {}: trying again", url_.text, why);
  }
  timer_.expires_after(kPause);
  timer_.async_wait([this, why, now, alive = std::weak_ptr<bool>(alive_)](auto failed) {
    if (failed || alive.expired()) return;
    if (now - lost_since_ < kMaxLost) return connect();
    handlers_.on_end(
        fail(ErrorCode::kUnavailable,
             fmt::format("{}: {}; is 'flu-ingest --share' of it running?", url_.text, why)));
  });
}

}  // namespace flu::ingest
