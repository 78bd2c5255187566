#include "tools/serve/tls/ticket_secret.h"

#include <sys/random.h>

#include <algorithm>
#include <chrono>
#include <string_view>

#include "libcommon/base/bytes.h"
#include "libcommon/base/check.h"
#include "libcommon/base/sha256.h"

namespace flu::serve {
namespace {

constexpr std::chrono::hours kPeriod{12};

// The clock is the machine's, so that all processes change at the same time.
std::int64_t period_of(MonotonicTime now) {
  return now.time_since_epoch() / kPeriod;
}

Sha256Digest derive(std::string_view use, const TicketSecret::Value& value) {
  Buffer bytes;
  append(bytes, as_bytes(use));
  append(bytes, value);
  return sha256(bytes);
}

}  // namespace

TicketSecret::TicketSecret(const Value& value, MonotonicTime now)
    : value_(value), period_(period_of(now)) {}

TicketSecret TicketSecret::make_random(MonotonicTime now) {
  Value value{};
  FLU_CHECK(::getrandom(value.data(), value.size(), 0) == static_cast<ssize_t>(value.size()));
  return {value, now};
}

bool TicketSecret::advance(MonotonicTime now) {
  const std::int64_t wanted = period_of(now);
  if (period_ >= wanted) return false;
  for (; period_ < wanted; ++period_) value_ = derive("next", value_);
  return true;
}

io::TlsTicketKey TicketSecret::key() const {
  io::TlsTicketKey out{};
  auto place = out.begin();
  for (const std::string_view part : {"name", "hmac", "aes"}) {
    const Sha256Digest digest = derive(part, value_);
    const auto left = out.end() - place;
    place = std::copy_n(digest.begin(), std::min<std::ptrdiff_t>(left, 32), place);
  }
  return out;
}

}  // namespace flu::serve
