#pragma once

#include <chrono>
#include <optional>
#include <string>
#include <string_view>

#include "libcommon/base/clock.h"

namespace flu::supervisor {

// What one unit is doing.
enum class UnitState {
  kIdle,      // no process, and none is wanted
  kStarting,  // a process that has said nothing yet
  kRunning,   // a process that reports
  kBackoff,   // ended; waits before the next start
  kFailed,    // ended for a reason that a restart cannot help
  kAdopting,  // a process that a former supervisor started, and that has not said hello
  kStopping,  // was asked to end
  kKilling,   // was told to end
};
std::string_view to_string(UnitState state);

// How a process ended.
struct Ending {
  int code = 0;    // the exit code
  int signal = 0;  // or the signal that ended it
  std::string reason;

  [[nodiscard]] std::string to_text() const;  // "exit code 3: connect ...: refused"
};

// What the caller has to do now.
enum class Action { kNone, kStart, kTerminate, kKill };

// The state table of a unit, apart from processes and clocks. The caller tells what happened and
// does what is returned; at deadline() it calls on_time().
class UnitMachine {
 public:
  // `jitter` in [0, 1) spreads restarts, so that many units do not come back at the same instant.
  explicit UnitMachine(double jitter = 0.5) : jitter_(jitter) {}

  [[nodiscard]] UnitState state() const { return state_; }
  [[nodiscard]] bool is_wanted() const { return is_wanted_; }
  [[nodiscard]] bool has_process() const;
  [[nodiscard]] int failures() const { return failures_; }  // in a row
  [[nodiscard]] std::optional<MonotonicTime> deadline() const { return deadline_; }

  Action want(MonotonicTime now);
  Action unwant(MonotonicTime now);
  Action restart(MonotonicTime now);  // with a changed plan, or because somebody asked

  // A process of a former supervisor, which should say hello soon.
  void adopt(MonotonicTime now);
  // A process of a former supervisor, which nobody wants any more.
  Action discard(MonotonicTime now);

  void on_start_failed(MonotonicTime now);
  void on_message(MonotonicTime now);
  Action on_end(const Ending& ending, MonotonicTime now);
  Action on_time(MonotonicTime now);

  void set_jitter(double jitter) { jitter_ = jitter; }

 private:
  Action start(MonotonicTime now);
  Action terminate(MonotonicTime now);
  void back_off(MonotonicTime now, std::chrono::milliseconds base);
  void enter(UnitState state, std::optional<MonotonicTime> deadline);

  UnitState state_ = UnitState::kIdle;
  bool is_wanted_ = false;
  bool is_restart_ = false;  // the end that is awaited was asked for: start at once
  int failures_ = 0;
  double jitter_;
  MonotonicTime started_{};
  std::optional<MonotonicTime> deadline_;
};

}  // namespace flu::supervisor
