#pragma once

#include <cstdint>
#include <deque>
#include <memory>
#include <string>
#include <string_view>

#include "libcommon/base/clock.h"
#include "tools/serve/mse/mse_messages.h"
#include "tools/serve/mse/mse_stream.h"

namespace flu::serve {

// One client of MSE-LD: commands in, messages out. Pure; `now` is the time of the call.
class MseSession {
 public:
  MseSession(const MseStream& stream, std::string id, MseWish wish, MonotonicTime now);

  // resume, pause, set_tracks=v2a1, play_from=UTC, live; the rest is ignored.
  void command(std::string_view text);

  // The next message as it goes over the WebSocket; null: nothing now.
  SharedBytes next(MonotonicTime now);

  // It fell behind too often, or asks for more than it reads.
  [[nodiscard]] bool is_too_slow() const { return is_too_slow_; }
  // The oldest frame that it may still want.
  [[nodiscard]] std::uint64_t needed() const { return is_playing_ ? number_ : stream_->end(); }

 private:
  void say(std::string_view text);
  void say_init();
  void adopt(std::shared_ptr<const MseProgram> program);
  void start();
  void switch_tracks(std::string_view names);
  SharedBytes next_frame(MonotonicTime now);
  bool skip_behind(const MseFrame& frame, MonotonicTime now);
  bool skip(MonotonicTime now);
  [[nodiscard]] unsigned key_track() const {
    return selection_.video != 0 ? selection_.video : selection_.audio;
  }

  const MseStream* stream_;
  std::string id_;
  MseWish wish_;
  MonotonicTime began_;
  std::shared_ptr<const MseProgram> program_;  // of the last init
  MseSelection selection_;
  std::deque<SharedBytes> said_;
  std::size_t said_bytes_ = 0;
  bool is_playing_ = false;
  bool has_place_ = false;  // number_ is where it plays
  bool needs_key_ = true;
  bool has_told_absence_ = false;
  std::uint64_t number_ = 0;  // of the next frame
  std::uint64_t epoch_ = 0;
  unsigned skips_ = 0;
  MonotonicTime skipped_at_{};
  bool is_too_slow_ = false;
};

}  // namespace flu::serve
