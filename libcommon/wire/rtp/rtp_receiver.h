#pragma once

#include <cstddef>
#include <cstdint>
#include <optional>
#include <vector>

#include "libcommon/base/bytes.h"
#include "libcommon/base/clock.h"
#include "libcommon/wire/rtp/rtp_packet.h"

namespace flu::wire {

struct RtpCounters {
  std::uint64_t packets = 0;
  std::uint64_t lost = 0;       // given up
  std::uint64_t late = 0;       // duplicates, and those that came after they were given up
  std::uint64_t reordered = 0;  // put back into their place
  std::uint64_t restarts = 0;   // another sender, or a sequence number that leads nowhere
};

// One sender's packets, put back into order. Pure. A missing packet is waited for until kMaxHeld
// later ones have come or the first of them is kMaxWait old.
class RtpReceiver {
 public:
  static constexpr std::size_t kMaxHeld = 16;
  static constexpr std::chrono::milliseconds kMaxWait{100};

  // The payload that is now in order, valid until the next call and as long as `packet` is.
  Bytes push(const RtpPacket& packet, MonotonicTime now);

  [[nodiscard]] const RtpCounters& counters() const { return counters_; }

 private:
  struct Held {
    std::uint16_t sequence = 0;
    MonotonicTime since{};
    Buffer payload;
  };

  void restart(const RtpPacket& packet);
  void hold(const RtpPacket& packet, MonotonicTime now);
  void release(MonotonicTime now);

  bool is_started_ = false;
  std::uint32_t ssrc_ = 0;
  std::uint16_t expected_ = 0;
  std::optional<std::uint16_t> after_stray_;  // what would confirm that the sender restarted
  std::vector<Held> held_;                    // in order
  Buffer ready_;
  RtpCounters counters_;
};

}  // namespace flu::wire
