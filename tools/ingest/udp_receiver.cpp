// Tested by tests/e2e/ingest/udp-ffmpeg.sh

#include "tools/ingest/udp_receiver.h"

#include <utility>

#include "libcommon/base/clock.h"
#include "libcommon/base/log.h"
#include "libcommon/wire/rtp/rtp_packet.h"

namespace flu::ingest {
namespace {

// Datagrams come every few milliseconds. Waking up for each costs more than all else, so while they
// come the socket is looked into at this interval, which nobody sees.
constexpr std::chrono::milliseconds kGather{15};
// At a rate that fills the receive buffer an unprivileged program gets (208 KiB, 90 datagrams)
// soon.
constexpr std::chrono::milliseconds kShortGather{2};
constexpr std::size_t kManyDatagrams = 30;
// Looks in a row that found nothing, until the kernel is asked to say when something comes.
constexpr unsigned kMaxEmptyLooks = 10;
constexpr int kSmallReceiveBuffer = 1 << 20;
constexpr std::uint8_t kTsSync = 0x47;

}  // namespace

UdpReceiver::UdpReceiver(boost::asio::io_context& loop, std::string name,
                         const io::UdpAddress& address)
    : name_(std::move(name)), address_(address), waiting_(loop), timer_(loop) {}

UdpReceiver::~UdpReceiver() {
  if (waiting_.is_open()) waiting_.release();  // the socket owns it
}

UdpReceiver::Counters UdpReceiver::counters() const {
  return {bytes_, datagrams_, rtp_.counters().lost, socket_ ? socket_->kernel_drops() : 0};
}

Result<> UdpReceiver::start(Handlers handlers) {
  FLU_TRY_ASSIGN(auto socket, io::UdpSocket::open(address_));
  return start(std::move(handlers), std::move(socket));
}

Result<> UdpReceiver::start(Handlers handlers, io::UdpSocket socket) {
  handlers_ = std::move(handlers);
  socket_.emplace(std::move(socket));
  if (socket_->receive_buffer() < kSmallReceiveBuffer) {
    log_info(
        "{}: the kernel grants a receive buffer of {} KiB only, less than bursts may need: "
        "raise net.core.rmem_max",
        name_, socket_->receive_buffer() / 1024);
  }
  return wait_readable();
}

// The loop would wake up for each datagram of a descriptor that it knows: it knows the socket only
// while nothing comes.
Result<> UdpReceiver::wait_readable() {
  boost::system::error_code failed;
  waiting_.assign(socket_->fd(), failed);
  if (failed) return fail(ErrorCode::kUnavailable, name_ + ": " + failed.message());
  waiting_.async_wait(boost::asio::posix::stream_descriptor::wait_read,
                      [this, alive = std::weak_ptr<bool>(alive_)](auto error) {
                        if (error || alive.expired()) return;
                        waiting_.release();
                        receive();
                      });
  return {};
}

void UdpReceiver::look_again(std::size_t found) {
  timer_.expires_after(found < kManyDatagrams ? kGather : kShortGather);
  timer_.async_wait([this, alive = std::weak_ptr<bool>(alive_)](auto failed) {
    if (!failed && !alive.expired()) receive();
  });
}

void UdpReceiver::receive() {
  const std::weak_ptr<bool> alive = alive_;
  std::size_t found = 0;
  do {
    const auto batch = socket_->receive();
    if (!batch) return handlers_.on_error(batch.error());
    found += (*batch)->size();
    const MonotonicTime now = monotonic_now();
    for (const Bytes datagram : **batch) take(datagram, now);
    if (!(*batch)->empty()) handlers_.on_batch();
    if (alive.expired()) return;
  } while (socket_->was_full());
  empty_looks_ = found > 0 ? 0 : empty_looks_ + 1;
  if (empty_looks_ < kMaxEmptyLooks) return look_again(found);
  if (const auto waits = wait_readable(); !waits) handlers_.on_error(waits.error());
}

void UdpReceiver::take(Bytes datagram, MonotonicTime now) {
  ++datagrams_;
  bytes_ += datagram.size();
  if (datagram.empty()) return;
  // A first octet of 0x47 is version 1 to RTP: the two cannot be taken for each other.
  if (datagram.front() == kTsSync) {
    is_rtp_ = false;
  } else if (is_rtp_ != true && wire::is_rtp_mpegts(datagram)) {
    is_rtp_ = true;
  }
  if (is_rtp_ != true) return handlers_.on_bytes(datagram);
  const auto packet = wire::parse_rtp(datagram);
  if (packet) handlers_.on_bytes(rtp_.push(*packet, now));
}

}  // namespace flu::ingest
