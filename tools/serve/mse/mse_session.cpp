#include "tools/serve/mse/mse_session.h"

#include <utility>

#include "libcommon/wire/websocket/frames.h"
#include "tools/serve/limits.h"

namespace flu::serve {
namespace {

constexpr std::string_view kSetTracks = "set_tracks=";
constexpr std::string_view kPlayFrom = "play_from=";

}  // namespace

MseSession::MseSession(const MseStream& stream, std::string id, MseWish wish, MonotonicTime now)
    : stream_(&stream), id_(std::move(id)), wish_(wish), began_(now) {}

void MseSession::say(std::string_view text) {
  said_.push_back(std::make_shared<const Buffer>(
      wire::write_websocket(wire::WebSocketOpcode::kText, as_bytes(text))));
  said_bytes_ += said_.back()->size();
  if (said_bytes_ > kMaxMseAnswers) is_too_slow_ = true;
}

void MseSession::say_init() {
  say(write_mse_init(*stream_, *program_, selection_, id_));
}

void MseSession::command(std::string_view text) {
  if (is_too_slow_) return;
  if (text == "resume") {
    if (!is_playing_) has_place_ = false;
    is_playing_ = true;
    say(write_mse_event("resumed"));
  } else if (text == "pause") {
    is_playing_ = false;
    say(write_mse_event("paused"));
  } else if (text.starts_with(kSetTracks)) {
    switch_tracks(text.substr(kSetTracks.size()));
  } else if (text.starts_with("live") || text.starts_with(kPlayFrom)) {
    // No archive: clients that seek there and are not answered would wait for ever.
    has_place_ = false;
    say(write_mse_event("switched_to_live"));
  }
}

// Clients drop what comes until the next init, so there is always one.
void MseSession::switch_tracks(std::string_view names) {
  wish_ = parse_mse_wish(names);
  if (program_ == nullptr) return;  // the first init is to come
  selection_ = select_mse_tracks(*program_, wish_);
  say(write_mse_event("tracks_switched"));
  say_init();
  if (!has_place_) return;
  // From a key frame not later than where the client is, sound and picture alike: a client may put
  // both behind what it has.
  const auto key = number_ == 0 ? std::nullopt : stream_->key_before(key_track(), number_ - 1);
  number_ = key.value_or(number_);
  needs_key_ = true;
}

void MseSession::adopt(std::shared_ptr<const MseProgram> program) {
  program_ = std::move(program);
  selection_ = select_mse_tracks(*program_, wish_);
  needs_key_ = true;
  if (selection_ == MseSelection{}) {
    say(write_mse_unavailable(false));
  } else {
    say_init();
  }
}

// At the live edge: the newest key frame.
void MseSession::start() {
  has_place_ = true;
  needs_key_ = true;
  number_ = stream_->newest_key(key_track()).value_or(stream_->end());
}

SharedBytes MseSession::next(MonotonicTime now) {
  if (said_.empty()) {
    const auto& program = stream_->program();
    const bool has_place = is_playing_ && has_place_;
    if (program != nullptr && program != program_ && !has_place) adopt(program);
    if (program_ == nullptr && !has_told_absence_ && now - began_ > kMseQuietWait) {
      has_told_absence_ = true;
      say(write_mse_unavailable(true));
    }
  }
  if (said_.empty() && is_playing_ && program_ != nullptr) {
    if (!has_place_) start();
    if (SharedBytes frame = next_frame(now)) return frame;
  }
  if (said_.empty()) return nullptr;
  SharedBytes out = std::move(said_.front());
  said_.pop_front();
  said_bytes_ -= out->size();
  return out;
}

// Null with something said: that goes first.
SharedBytes MseSession::next_frame(MonotonicTime now) {
  while (number_ < stream_->end()) {
    if (number_ < stream_->first()) {
      if (!skip(now)) return nullptr;
      continue;
    }
    const MseFrame& frame = *stream_->find(number_);
    if (frame.program != program_) {
      adopt(frame.program);
      return nullptr;
    }
    if (std::exchange(epoch_, frame.epoch) != frame.epoch) needs_key_ = true;
    if (skip_behind(frame, now)) continue;
    if (is_too_slow_) return nullptr;
    ++number_;
    if (frame.track != selection_.video && frame.track != selection_.audio) continue;
    if (needs_key_ && (frame.track != key_track() || !frame.is_key)) continue;
    needs_key_ = false;
    return frame.bytes;
  }
  return nullptr;
}

// Who is behind by a key frame and some seconds would only fall behind further.
bool MseSession::skip_behind(const MseFrame& frame, MonotonicTime now) {
  const auto key = stream_->newest_key(key_track());
  if (!key || *key <= number_) return false;
  if (stream_->find(*key)->dts - frame.dts < kMaxMseLag) return false;
  return skip(now);
}

bool MseSession::skip(MonotonicTime now) {
  if (now - skipped_at_ > kSkipWindow) skips_ = 0;
  skipped_at_ = now;
  if (++skips_ > kMaxSkips) {
    is_too_slow_ = true;
    return false;
  }
  start();
  return true;
}

}  // namespace flu::serve
