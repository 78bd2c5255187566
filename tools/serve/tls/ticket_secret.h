#pragma once

#include <array>
#include <cstdint>

#include "libcommon/base/clock.h"
#include "libcommon/io/tls_identity.h"

namespace flu::serve {

// What all workers seal session tickets with. Every 12 hours each of them makes the next secret of
// the one it has and forgets that: what was sealed before cannot be opened by who breaks in later.
class TicketSecret {
 public:
  using Value = std::array<std::uint8_t, 32>;

  TicketSecret() = default;
  TicketSecret(const Value& value, MonotonicTime now);

  static TicketSecret make_random(MonotonicTime now);

  // True: there is another key from now on.
  bool advance(MonotonicTime now);
  [[nodiscard]] io::TlsTicketKey key() const;

 private:
  Value value_{};
  std::int64_t period_ = 0;
};

}  // namespace flu::serve
