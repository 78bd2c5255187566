// Tested by tests/e2e/ingest/udp-ffmpeg.sh

#include "tools/ingest/source_udp.h"

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

UdpSource::UdpSource(boost::asio::io_context& loop, const SourceUrl& url)
    : url_(url), waiting_(loop), timer_(loop), input_(url.ts) {}

UdpSource::~UdpSource() {
  if (waiting_.is_open()) waiting_.release();  // the socket owns it
}

SourceCounters UdpSource::counters() const {
  SourceCounters out;
  out.bytes = bytes_;
  out.datagrams = datagrams_;
  out.ts = input_.counters();
  out.rtp_lost = rtp_.counters().lost;
  out.kernel_drops = socket_ ? socket_->kernel_drops() : 0;
  // What is lost as a datagram shows as continuity errors again: one measure, not two.
  out.lost = out.ts.continuity_errors;
  return out;
}

Result<> UdpSource::start(Handlers handlers) {
  handlers_ = std::move(handlers);
  FLU_TRY_ASSIGN(socket_, io::UdpSocket::open(url_.udp));
  if (socket_->receive_buffer() < kSmallReceiveBuffer) {
    log_info(
        "{}: the kernel grants a receive buffer of {} KiB only, less than bursts may need: "
        "raise net.core.rmem_max",
        url_.text, socket_->receive_buffer() / 1024);
  }
  return wait_readable();
}

// The loop would wake up for each datagram of a descriptor that it knows: it knows the socket only
// while nothing comes.
Result<> UdpSource::wait_readable() {
  boost::system::error_code failed;
  waiting_.assign(socket_->fd(), failed);
  if (failed) return fail(ErrorCode::kUnavailable, url_.text + ": " + failed.message());
  waiting_.async_wait(boost::asio::posix::stream_descriptor::wait_read,
                      [this, alive = std::weak_ptr<bool>(alive_)](auto error) {
                        if (error || alive.expired()) return;
                        waiting_.release();
                        receive();
                      });
  return {};
}

void UdpSource::look_again(std::size_t found) {
  timer_.expires_after(found < kManyDatagrams ? kGather : kShortGather);
  timer_.async_wait([this, alive = std::weak_ptr<bool>(alive_)](auto failed) {
    if (!failed && !alive.expired()) receive();
  });
}

void UdpSource::receive() {
  std::size_t found = 0;
  do {
    const auto batch = socket_->receive();
    if (!batch) return stop(batch.error());
    found += (*batch)->size();
    const media::Arrival now{monotonic_now(), wall_now()};
    for (const Bytes datagram : **batch) take(datagram, now.monotonic, units_);
    const std::weak_ptr<bool> alive = alive_;
    if (!units_.empty()) handlers_.on_units(units_, now);
    if (alive.expired()) return;
    units_.clear();
  } while (socket_->was_full());
  empty_looks_ = found > 0 ? 0 : empty_looks_ + 1;
  if (empty_looks_ < kMaxEmptyLooks) return look_again(found);
  if (const auto waits = wait_readable(); !waits) stop(waits.error());
}

void UdpSource::take(Bytes datagram, MonotonicTime now, Units& out) {
  ++datagrams_;
  bytes_ += datagram.size();
  if (datagram.empty()) return;
  // A first octet of 0x47 is version 1 to RTP: the two cannot be taken for each other.
  if (datagram.front() == kTsSync) {
    is_rtp_ = false;
  } else if (is_rtp_ != true && wire::is_rtp_mpegts(datagram)) {
    is_rtp_ = true;
  }
  if (is_rtp_ != true) {
    input_.feed(datagram, out);
    return;
  }
  const auto packet = wire::parse_rtp(datagram);
  if (packet) input_.feed(rtp_.push(*packet, now), out);
}

void UdpSource::stop(Error error) {
  handlers_.on_end(fail(error.code, std::move(error.message)));
}

}  // namespace flu::ingest
