#pragma once

#include <chrono>
#include <cstddef>

// The bounds of flu-auth: each with its reason, and what happens to who goes beyond.
namespace flu::auth {

using std::chrono::seconds;

// Sessions at a time, of all streams: about 1 KiB each. Beyond, viewers are let in uncounted.
inline constexpr std::size_t kMaxSessions = 250'000;
// What a worker may say of a viewer. Longer texts are cut: they describe, and decide nothing.
inline constexpr std::size_t kMaxField = 1024;
// How long a worker holds what it was told; then it asks again.
inline constexpr seconds kAllowedTime{180};
inline constexpr seconds kRefusedTime{5};
// Without a request: a session of segments, whose worker has died or lost us, is over.
inline constexpr seconds kIdleTime{30};
// Sessions in one answer to who lists them.
inline constexpr std::size_t kPage = 200;
// Events of sessions in the journal, which keeps some thousands of all kinds: so many at once, and
// a second; the others are only counted.
inline constexpr double kEventBurst = 200;
inline constexpr double kEventRate = 5;

}  // namespace flu::auth
