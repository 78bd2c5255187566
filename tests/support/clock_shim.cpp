// A system clock of its own for one program, to be preloaded: CLOCK_REALTIME, time() and
// gettimeofday() are off by what the file $FLU_CLOCK_SHIM says, one line of text that a test may
// rewrite at any time:
//   OFFSET_SECONDS [DRIFT_PPM]
// The drift counts from when the line was first seen. CLOCK_MONOTONIC is left alone. With programs
// built with AddressSanitizer set ASAN_OPTIONS=verify_asan_link_order=0.
#include <fcntl.h>
#include <sys/syscall.h>
#include <sys/time.h>
#include <unistd.h>

#include <array>
#include <cstdint>
#include <cstdio>
#include <cstdlib>
#include <cstring>
#include <ctime>
#include <mutex>

namespace {

constexpr std::int64_t kSecond = 1'000'000'000;
constexpr std::int64_t kReread = 5'000'000;  // 5 ms

using Line = std::array<char, 64>;

std::mutex lock;
Line line{};
double offset_seconds = 0;
double drift_ppm = 0;
std::int64_t drift_since = 0;
std::int64_t read_at = 0;

// dlsym would be too early inside of a sanitizer's start.
std::int64_t raw(clockid_t clock) {
  timespec now{};
  ::syscall(SYS_clock_gettime, clock, &now);
  return now.tv_sec * kSecond + now.tv_nsec;
}

void read_line(std::int64_t now) {
  const char* path = std::getenv("FLU_CLOCK_SHIM");
  if (path == nullptr) return;
  Line text{};
  const auto file = static_cast<int>(::syscall(SYS_openat, AT_FDCWD, path, O_RDONLY | O_CLOEXEC));
  if (file < 0) return;
  const auto count = ::syscall(SYS_read, file, text.data(), text.size() - 1);
  ::syscall(SYS_close, file);
  const bool is_whole = count > 0 && std::strchr(text.data(), '\n') != nullptr;
  if (!is_whole || text == line) return;
  line = text;
  char* rest = nullptr;
  offset_seconds = std::strtod(line.data(), &rest);
  drift_ppm = std::strtod(rest, nullptr);
  drift_since = now;
}

std::int64_t realtime() {
  const std::lock_guard guard(lock);
  const std::int64_t now = raw(CLOCK_MONOTONIC);
  if (read_at == 0 || now - read_at >= kReread) {
    read_at = now;
    read_line(now);
  }
  const double drifted = static_cast<double>(now - drift_since) * drift_ppm * 1e-6;
  return raw(CLOCK_REALTIME) + static_cast<std::int64_t>(offset_seconds * 1e9 + drifted);
}

}  // namespace

extern "C" {

int clock_gettime(clockid_t clock, timespec* out) noexcept {
  if (clock != CLOCK_REALTIME && clock != CLOCK_REALTIME_COARSE) {
    return static_cast<int>(::syscall(SYS_clock_gettime, clock, out));
  }
  const std::int64_t now = realtime();
  out->tv_sec = now / kSecond;
  out->tv_nsec = now % kSecond;
  return 0;
}

int gettimeofday(timeval* out, void* /*zone*/) noexcept {
  const std::int64_t now = realtime();
  out->tv_sec = now / kSecond;
  out->tv_usec = now % kSecond / 1000;
  return 0;
}

time_t time(time_t* out) noexcept {
  const time_t now = realtime() / kSecond;
  if (out != nullptr) *out = now;
  return now;
}
}
