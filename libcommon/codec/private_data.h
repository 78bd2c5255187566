#pragma once

#include "libcommon/codec/framer.h"
#include "libcommon/codec/sample_queue.h"

namespace flu::codec {

// DVB subtitles (ETSI EN 300 743) and teletext (EN 300 472): the data field of a PES packet is one
// sample. A packet without a timestamp, or that is not what it should be, is dropped.
class PrivateDataFramer final : public Framer {
 public:
  // `config`: the body of the PMT's descriptor, which is Track::config.
  PrivateDataFramer(media::CodecId codec, Bytes config);

  void feed(Bytes payload, const EsTimes& times) override;
  void note_loss() override {}
  void flush() override {}
  std::optional<media::Sample> next() override { return queue_.next(); }
  [[nodiscard]] const std::optional<media::Track>& format() const override {
    return queue_.format();
  }
  [[nodiscard]] std::uint32_t format_revision() const override { return queue_.revision(); }
  [[nodiscard]] const FramerCounters& counters() const override { return counters_; }

 private:
  media::CodecId codec_;
  SampleQueue queue_;
  FramerCounters counters_;
};

}  // namespace flu::codec
