// Tested by tests/e2e/ingest/udp-ffmpeg.sh

#include "tools/ingest/source_udp.h"

#include <utility>

#include "libcommon/base/clock.h"
#include "libcommon/base/log.h"

namespace flu::ingest {
namespace {

// Until the receiver listens, which was started when we were told of it.
constexpr std::chrono::milliseconds kPause{50};

}  // namespace

UdpSource::UdpSource(boost::asio::io_context& loop, const SourceUrl& url, std::string share_socket)
    : name_(url.text),
      is_shared_(url.is_shared),
      reader_(loop, url.text, url.ts.program, std::move(share_socket)),
      timer_(loop),
      input_(url.ts) {
  if (!is_shared_) receiver_.emplace(loop, url.text, url.udp);
}

SourceCounters UdpSource::counters() const {
  const UdpReceiver::Counters received = receiver_ ? receiver_->counters() : received_;
  // What is lost as a datagram shows as continuity errors again: one measure, not two.
  SourceCounters out = input_.counters();
  out.bytes = received.bytes + shared_bytes_;
  out.datagrams = received.datagrams;
  out.rtp_lost = received.rtp_lost;
  out.kernel_drops = received.kernel_drops;
  return out;
}

Result<> UdpSource::start(Handlers handlers) {
  handlers_ = std::move(handlers);
  if (!receiver_) {
    reader_.start(reader_handlers());
    return {};
  }
  return receiver_->start(
      {[this](Bytes bytes) { input_.feed(bytes, units_); }, [this] { give(); },
       [this](const Error& error) { handlers_.on_end(fail(error.code, error.message)); }});
}

ShareReader::Handlers UdpSource::reader_handlers() {
  return {[this](Bytes bytes) {
            shared_bytes_ += bytes.size();
            input_.feed(bytes, units_);
            give();
          },
          [this](const Error& error) { handlers_.on_end(fail(error.code, error.message)); }};
}

void UdpSource::give() {
  if (units_.empty()) return;
  // May destroy this.
  Units units = std::exchange(units_, {});
  handlers_.on_units(units, {monotonic_now(), wall_now()});
}

void UdpSource::share() {
  if (!std::exchange(is_shared_, true)) hand_over();
}

void UdpSource::hand_over() {
  if (receiver_->fd() < 0) return;
  if (reader_.start(reader_handlers(), receiver_->fd())) {
    received_ = receiver_->counters();
    receiver_.reset();
    log_info("{}: read from its shared receiver from now on", name_);
    return;
  }
  timer_.expires_after(kPause);
  timer_.async_wait([this, alive = std::weak_ptr<bool>(alive_)](auto failed) {
    if (!failed && !alive.expired()) hand_over();
  });
}

}  // namespace flu::ingest
