#pragma once

#include <array>
#include <memory>
#include <optional>

#include "libcommon/codec/framer.h"
#include "libcommon/codec/limits.h"
#include "libcommon/codec/picture_parser.h"
#include "libcommon/codec/sample_queue.h"
#include "libcommon/codec/start_code.h"
#include "libcommon/codec/video_clock.h"

namespace flu::codec {

// Cuts a start-code stream into samples of one picture each; the PictureParser knows the codec.
class VideoFramer final : public Framer, private StartCodeScanner::Sink {
 public:
  explicit VideoFramer(std::unique_ptr<PictureParser> parser);

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
  // The times of a PES packet, used by one picture at most.
  struct Ticket {
    EsTimes times;
    std::uint64_t number = 0;
  };
  struct Boundary {
    std::size_t offset = 0;  // in data_
    EsTimes times;
  };

  void unit_begin() override;
  void unit_bytes(Bytes bytes) override;
  void unit_zeros(std::size_t count) override;
  void unit_end(std::size_t zeros) override;
  void outside(std::size_t count) override { counters_.skipped_bytes += count; }

  void place_unit();
  EsTimes use_ticket();
  bool has_room(std::size_t more);
  void cut(const EsTimes& next_times);
  void emit(const Picture& picture, Buffer data, const EsTimes& next_times);
  void clear();

  std::unique_ptr<PictureParser> parser_;
  StartCodeScanner scanner_;
  SampleQueue queue_;
  VideoClock clock_;
  FramerCounters counters_;

  Ticket newest_;

  // The unit in progress.
  std::array<std::uint8_t, kUnitHead> head_{};
  std::size_t head_size_ = 0;
  bool is_placed_ = false;
  bool is_kept_ = false;
  std::size_t unit_at_ = 0;  // in data_
  Ticket unit_ticket_;

  // The sample in progress.
  Buffer data_;
  bool has_begun_ = false;
  bool is_oversized_ = false;
  EsTimes times_;
  std::optional<Boundary> boundary_;  // where the next one begins, if it does

  bool has_started_ = false;  // a key frame came out
  std::size_t last_size_ = 0;
};

}  // namespace flu::codec
