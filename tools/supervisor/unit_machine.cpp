#include "tools/supervisor/unit_machine.h"

#include <algorithm>

#include <fmt/format.h>

#include "libcommon/service/exit_code.h"

namespace flu::supervisor {
namespace {

using std::chrono::milliseconds;
using std::chrono::seconds;

constexpr auto kSilence = seconds(10);   // a unit reports every second
constexpr auto kHelloTime = seconds(5);  // for a process of a former supervisor
constexpr auto kStopTime = seconds(8);   // less than systemd's patience with us
constexpr auto kGoodRun = seconds(5);    // what ran so long did not fail to start
constexpr milliseconds kMaxDelay = seconds(30);
constexpr int kMaxDoublings = 10;

// After a crash the frames of a stream are missing: back at once, and slower only when it goes on.
constexpr milliseconds kCrashDelay{100};
constexpr milliseconds kUnavailableDelay{500};
constexpr milliseconds kEndDelay{1250};  // with the jitter never less than a second
constexpr milliseconds kBadInputDelay{2000};

}  // namespace

std::string_view to_string(UnitState state) {
  switch (state) {
    case UnitState::kIdle: return "idle";
    case UnitState::kStarting: return "starting";
    case UnitState::kRunning: return "running";
    case UnitState::kBackoff: return "backoff";
    case UnitState::kFailed: return "failed";
    case UnitState::kAdopting: return "adopting";
    case UnitState::kStopping: return "stopping";
    case UnitState::kKilling: return "killing";
  }
  return "";
}

std::string Ending::to_text() const {
  std::string text =
      signal != 0 ? fmt::format("signal {}", signal) : fmt::format("exit code {}", code);
  if (!reason.empty()) text += ": " + reason;
  return text;
}

bool UnitMachine::has_process() const {
  return state_ != UnitState::kIdle && state_ != UnitState::kBackoff &&
         state_ != UnitState::kFailed;
}

void UnitMachine::enter(UnitState state, std::optional<MonotonicTime> deadline) {
  state_ = state;
  deadline_ = deadline;
}

Action UnitMachine::start(MonotonicTime now) {
  is_restart_ = false;
  started_ = now;
  enter(UnitState::kStarting, now + kSilence);
  return Action::kStart;
}

Action UnitMachine::terminate(MonotonicTime now) {
  enter(UnitState::kStopping, now + kStopTime);
  return Action::kTerminate;
}

Action UnitMachine::want(MonotonicTime now) {
  is_wanted_ = true;
  switch (state_) {
    case UnitState::kIdle: failures_ = 0; return start(now);
    case UnitState::kStopping:
    case UnitState::kKilling: is_restart_ = true; return Action::kNone;
    default: return Action::kNone;
  }
}

Action UnitMachine::unwant(MonotonicTime now) {
  is_wanted_ = false;
  is_restart_ = false;
  if (!has_process()) {
    enter(UnitState::kIdle, std::nullopt);
    return Action::kNone;
  }
  if (state_ == UnitState::kStopping || state_ == UnitState::kKilling) return Action::kNone;
  return terminate(now);
}

Action UnitMachine::restart(MonotonicTime now) {
  if (!is_wanted_) return Action::kNone;
  failures_ = 0;
  if (!has_process()) return start(now);
  is_restart_ = true;
  if (state_ == UnitState::kStopping || state_ == UnitState::kKilling) return Action::kNone;
  return terminate(now);
}

void UnitMachine::adopt(MonotonicTime now) {
  is_wanted_ = true;
  started_ = now;
  enter(UnitState::kAdopting, now + kHelloTime);
}

Action UnitMachine::discard(MonotonicTime now) {
  is_wanted_ = false;
  return terminate(now);
}

void UnitMachine::back_off(MonotonicTime now, milliseconds base) {
  const int doublings = std::min(failures_, kMaxDoublings);
  const milliseconds full = std::min(base * (1 << doublings), kMaxDelay);
  ++failures_;
  const auto delay =
      std::chrono::duration_cast<std::chrono::nanoseconds>(full * (0.8 + 0.4 * jitter_));
  enter(UnitState::kBackoff, now + delay);
}

void UnitMachine::on_start_failed(MonotonicTime now) {
  back_off(now, kUnavailableDelay);
}

void UnitMachine::on_message(MonotonicTime now) {
  switch (state_) {
    case UnitState::kStarting:
    case UnitState::kAdopting:
    case UnitState::kRunning: enter(UnitState::kRunning, now + kSilence); break;
    default: break;
  }
}

Action UnitMachine::on_end(const Ending& ending, MonotonicTime now) {
  if (!is_wanted_) {
    enter(UnitState::kIdle, std::nullopt);
    return Action::kNone;
  }
  if (is_restart_) return start(now);
  if (now - started_ >= kGoodRun) failures_ = 0;
  if (ending.signal != 0) {
    back_off(now, kCrashDelay);
    return Action::kNone;
  }
  switch (static_cast<service::ExitCode>(ending.code)) {
    case service::ExitCode::kOk: back_off(now, kEndDelay); break;
    case service::ExitCode::kUsage: enter(UnitState::kFailed, std::nullopt); break;
    case service::ExitCode::kUnavailable: back_off(now, kUnavailableDelay); break;
    case service::ExitCode::kBadInput: back_off(now, kBadInputDelay); break;
    case service::ExitCode::kNegative:
    case service::ExitCode::kInternal:
    default: back_off(now, kCrashDelay); break;
  }
  return Action::kNone;
}

Action UnitMachine::on_time(MonotonicTime now) {
  if (!deadline_ || now < *deadline_) return Action::kNone;
  switch (state_) {
    case UnitState::kBackoff: return start(now);
    case UnitState::kStarting:
    case UnitState::kRunning:
    case UnitState::kAdopting:
    case UnitState::kStopping: enter(UnitState::kKilling, std::nullopt); return Action::kKill;
    case UnitState::kIdle:
    case UnitState::kFailed:
    case UnitState::kKilling: break;
  }
  deadline_.reset();
  return Action::kNone;
}

}  // namespace flu::supervisor
