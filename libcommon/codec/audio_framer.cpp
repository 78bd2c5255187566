#include "libcommon/codec/audio_framer.h"

#include <utility>

namespace flu::codec {

void AudioFramer::feed(Bytes payload, const EsTimes& times) {
  const auto time = times.pts ? times.pts : times.dts;
  if (time) marks_.push_back({offset_ + buffer_.size(), *time});
  append(buffer_, payload);
  run(false);
  // Of the times in front of the buffer only the last can still be a frame's.
  while (marks_.size() > 1 && marks_[1].offset <= offset_) marks_.pop_front();
}

void AudioFramer::flush() {
  run(true);
  counters_.skipped_bytes += buffer_.size();
  offset_ += buffer_.size();
  buffer_.clear();
  identity_.reset();
}

void AudioFramer::note_loss() {
  if (!buffer_.empty()) ++counters_.bad_frames;
  offset_ += buffer_.size();
  buffer_.clear();
  marks_.clear();
  identity_.reset();
  clock_.reset();
}

void AudioFramer::run(bool is_end) {
  std::size_t at = 0;
  while (at < buffer_.size()) {
    const std::size_t used = try_frame(Bytes(buffer_).subspan(at), is_end);
    if (used == 0) break;
    at += used;
    offset_ += used;
  }
  buffer_.erase(buffer_.begin(), buffer_.begin() + static_cast<std::ptrdiff_t>(at));
}

// Handles what stands at the beginning of `bytes`; returns how many of them, 0 when more must come.
std::size_t AudioFramer::try_frame(Bytes bytes, bool is_end) {
  const AudioParser::Frame frame = parser_->find(bytes, is_end);
  if (frame.found == AudioParser::Found::kMore) return 0;
  bool needs_more = false;
  if (frame.found == AudioParser::Found::kNone || !is_confirmed(bytes, frame, is_end, needs_more)) {
    if (needs_more) return 0;
    identity_.reset();
    ++counters_.skipped_bytes;
    return 1;
  }
  identity_ = frame.identity;
  emit(bytes.first(frame.size));
  return frame.size;
}

bool AudioFramer::is_confirmed(Bytes bytes, const AudioParser::Frame& frame, bool is_end,
                               bool& needs_more) {
  if (frame.size > bytes.size()) {
    needs_more = !is_end;
    return false;
  }
  if (identity_ == frame.identity) return true;
  const Bytes behind = bytes.subspan(frame.size);
  if (behind.empty()) {
    needs_more = !is_end;
    return is_end;
  }
  const AudioParser::Frame next = parser_->find(behind, is_end);
  needs_more = next.found == AudioParser::Found::kMore;
  return next.found == AudioParser::Found::kFrame && next.identity == frame.identity;
}

// The time for the frame at offset_: that of the last PES packet that began at or before it, which
// no earlier frame took.
std::optional<media::Timestamp> AudioFramer::take_mark() {
  std::optional<media::Timestamp> time;
  while (!marks_.empty() && marks_.front().offset <= offset_) {
    time = marks_.front().time;
    marks_.pop_front();
  }
  return time;
}

void AudioFramer::emit(Bytes frame) {
  auto time = take_mark();
  payloads_.clear();
  if (!parser_->unpack(frame, payloads_)) {
    ++counters_.bad_frames;
    clock_.reset();
    return;
  }
  if (payloads_.empty()) {
    counters_.skipped_bytes += frame.size();
    return;
  }
  const media::Track& track = parser_->track();
  if (queue_.newest() != track) queue_.set_format(track);
  for (AudioPayload& payload : payloads_) {
    const auto times =
        clock_.stamp(std::exchange(time, std::nullopt), payload.samples, track.audio.sample_rate);
    if (!times) {
      counters_.skipped_bytes += payload.data.size();
      continue;
    }
    ++counters_.frames;
    media::Sample sample;
    sample.dts = times->start;
    sample.duration = times->duration;
    sample.sap = media::Sap::kClosed;
    sample.data = std::move(payload.data);
    queue_.push(std::move(sample));
  }
}

}  // namespace flu::codec
