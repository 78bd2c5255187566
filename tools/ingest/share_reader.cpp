// Tested by tests/e2e/supervisor/share-reload-ffmpeg.sh

#include "tools/ingest/share_reader.h"

#include <utility>

#include <fmt/format.h>

#include "libcommon/base/log.h"
#include "libcommon/io/unix_socket.h"
#include "tools/ingest/share_hello.h"

namespace flu::ingest {
namespace {

constexpr std::chrono::milliseconds kPause{100};
// A receiver that was killed is back well within that; then the next source has its turn.
constexpr std::chrono::seconds kMaxLost{5};

// A connection that has said hello, and given the socket away where there is one.
Result<UniqueFd> connect_share(const std::string& socket, std::uint16_t program,
                               const std::vector<int>& handed) {
  FLU_TRY_ASSIGN(UniqueFd connected, io::connect_unix(socket, io::UnixType::kStream));
  const std::string hello = write_share_hello({program});
  FLU_TRY_ASSIGN(const bool is_sent, io::send_message(connected.get(), as_bytes(hello), handed));
  if (!is_sent) return fail(ErrorCode::kUnavailable, "the shared receiver takes no hello");
  return connected;
}

}  // namespace

ShareReader::ShareReader(boost::asio::io_context& loop, std::string name, std::uint16_t program,
                         std::string socket)
    : loop_(loop),
      name_(std::move(name)),
      program_(program),
      socket_(std::move(socket)),
      timer_(loop) {}

void ShareReader::start(Handlers handlers) {
  handlers_ = std::move(handlers);
  connect();
}

bool ShareReader::start(Handlers handlers, int handed) {
  auto connected = connect_share(socket_, program_, {handed});
  if (!connected) return false;
  handlers_ = std::move(handlers);
  read_from(std::move(*connected));
  return true;
}

void ShareReader::connect() {
  auto connected = connect_share(socket_, program_, {});
  if (!connected) return connect_soon(connected.error().message);
  read_from(std::move(*connected));
}

void ShareReader::read_from(UniqueFd connected) {
  connection_ = std::make_unique<Connection>(
      loop_,
      Connection::Handlers{{},
                           [this](Bytes bytes) {
                             if (std::exchange(lost_since_, {}) != MonotonicTime{}) {
                               log_info("{}: read from its shared receiver again", name_);
                             }
                             handlers_.on_bytes(bytes);
                           },
                           [this](const Result<>&) { connect_soon("the shared receiver ended"); }});
  connection_->open(std::move(connected));
}

void ShareReader::connect_soon(const std::string& why) {
  const MonotonicTime now = monotonic_now();
  if (lost_since_ == MonotonicTime{}) {
    lost_since_ = now;
    log_alert("{}: {}: trying again", name_, why);
  }
  timer_.expires_after(kPause);
  timer_.async_wait([this, why, now, alive = std::weak_ptr<bool>(alive_)](auto failed) {
    if (failed || alive.expired()) return;
    if (now - lost_since_ < kMaxLost) return connect();
    handlers_.on_error({ErrorCode::kUnavailable,
                        fmt::format("{}: {}; is 'flu-ingest --share' of it running?", name_, why)});
  });
}

}  // namespace flu::ingest
