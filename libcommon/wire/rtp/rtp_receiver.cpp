#include "libcommon/wire/rtp/rtp_receiver.h"

#include <algorithm>

namespace flu::wire {
namespace {

// RFC 3550 A.1: further ahead or behind than this is another sequence.
constexpr std::uint16_t kMaxDropout = 3000;
constexpr std::uint16_t kMaxMisorder = 100;

std::uint16_t ahead(std::uint16_t sequence, std::uint16_t of) {
  return static_cast<std::uint16_t>(sequence - of);
}
std::uint16_t after(std::uint16_t sequence) {
  return static_cast<std::uint16_t>(sequence + 1);
}

}  // namespace

void RtpReceiver::restart(const RtpPacket& packet) {
  if (is_started_) ++counters_.restarts;
  for (const Held& held : held_) append(ready_, held.payload);
  held_.clear();
  is_started_ = true;
  ssrc_ = packet.ssrc;
  expected_ = packet.sequence;
  after_stray_.reset();
}

Bytes RtpReceiver::push(const RtpPacket& packet, MonotonicTime now) {
  ready_.clear();
  ++counters_.packets;
  if (!is_started_ || packet.ssrc != ssrc_) restart(packet);
  const std::uint16_t distance = ahead(packet.sequence, expected_);
  if (distance >= kMaxDropout) {
    if (ahead(expected_, packet.sequence) <= kMaxMisorder) {
      ++counters_.late;
      return {};
    }
    if (after_stray_ != packet.sequence) {
      after_stray_ = after(packet.sequence);
      ++counters_.late;
      return {};
    }
    restart(packet);
  }
  if (packet.sequence == expected_ && held_.empty() && ready_.empty()) {
    expected_ = after(expected_);
    return packet.payload;
  }
  hold(packet, now);
  release(now);
  return ready_;
}

void RtpReceiver::hold(const RtpPacket& packet, MonotonicTime now) {
  const auto place = std::find_if(held_.begin(), held_.end(), [&](const Held& held) {
    return ahead(held.sequence, expected_) >= ahead(packet.sequence, expected_);
  });
  if (place != held_.end() && place->sequence == packet.sequence) {
    ++counters_.late;
    return;
  }
  if (place != held_.end()) ++counters_.reordered;
  held_.insert(place,
               Held{packet.sequence, now, Buffer(packet.payload.begin(), packet.payload.end())});
}

void RtpReceiver::release(MonotonicTime now) {
  while (!held_.empty()) {
    const auto oldest = std::min_element(
        held_.begin(), held_.end(), [](const Held& a, const Held& b) { return a.since < b.since; });
    const bool is_given_up = held_.size() > kMaxHeld || now - oldest->since >= kMaxWait;
    if (held_.front().sequence != expected_ && !is_given_up) return;
    counters_.lost += ahead(held_.front().sequence, expected_);
    append(ready_, held_.front().payload);
    expected_ = after(held_.front().sequence);
    held_.erase(held_.begin());
  }
}

}  // namespace flu::wire
