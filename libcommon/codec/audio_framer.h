#pragma once

#include <cstdint>
#include <deque>
#include <memory>
#include <optional>
#include <vector>

#include "libcommon/codec/audio_clock.h"
#include "libcommon/codec/framer.h"
#include "libcommon/codec/sample_queue.h"

namespace flu::codec {

// One sample of a frame of the transport.
struct AudioPayload {
  Buffer data;
  std::uint32_t samples = 0;
};

// What AudioFramer must know of a format whose frames begin with a sync word.
class AudioParser {
 public:
  enum class Found { kFrame, kMore, kNone };
  struct Frame {
    Found found = Found::kNone;
    std::size_t size = 0;        // kFrame: with its header
    std::uint32_t identity = 0;  // what stays the same from frame to frame of one stream
  };

  virtual ~AudioParser() = default;

  // Is there a frame at the very beginning of `bytes`? It need not be there as a whole. `is_end`:
  // nothing more comes.
  [[nodiscard]] virtual Frame find(Bytes bytes, bool is_end) const = 0;

  // The samples of a whole frame; false where it is damaged. track() is up to date afterwards.
  virtual bool unpack(Bytes frame, std::vector<AudioPayload>& out) = 0;

  [[nodiscard]] virtual const media::Track& track() const = 0;
};

// Cuts an audio elementary stream into frames. A sync word is believed when another frame of the
// same identity follows; from then on each frame comes out with its last byte.
class AudioFramer final : public Framer {
 public:
  explicit AudioFramer(std::unique_ptr<AudioParser> parser) : parser_(std::move(parser)) {}

  void feed(Bytes payload, const EsTimes& times) override;
  void note_loss() override;
  void flush() override;
  std::optional<media::Sample> next() override { return queue_.next(); }
  [[nodiscard]] const std::optional<media::Track>& format() const override {
    return queue_.format();
  }
  [[nodiscard]] std::uint32_t format_revision() const override { return queue_.revision(); }
  [[nodiscard]] const FramerCounters& counters() const override { return counters_; }

 private:
  struct Mark {
    std::uint64_t offset = 0;  // in the stream, of the payload that the time came with
    media::Timestamp time{0};
  };

  void run(bool is_end);
  std::size_t try_frame(Bytes bytes, bool is_end);
  bool is_confirmed(Bytes bytes, const AudioParser::Frame& frame, bool is_end, bool& needs_more);
  void emit(Bytes frame);
  std::optional<media::Timestamp> take_mark();

  std::unique_ptr<AudioParser> parser_;
  SampleQueue queue_;
  AudioClock clock_;
  FramerCounters counters_;
  Buffer buffer_;
  std::uint64_t offset_ = 0;  // of buffer_ in the stream
  std::deque<Mark> marks_;
  std::optional<std::uint32_t> identity_;  // of the stream, when its frames are believed
  std::vector<AudioPayload> payloads_;
};

}  // namespace flu::codec
