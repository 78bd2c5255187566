#pragma once

#include <optional>
#include <vector>

#include "libcommon/base/result.h"
#include "libcommon/container/mp4/flu_stream.h"
#include "libcommon/link/sink.h"
#include "libcommon/link/unit_writer.h"
#include "libcommon/media/sample.h"
#include "libcommon/media/timeline.h"

namespace flu::hub {

// Makes a flu stream of samples with times of their own, as flu-ingest does for its sources: what
// comes on standard input is anchored once to the wall clock and then read as fast as it comes.
class ForeignStream {
 public:
  explicit ForeignStream(const container::StreamHead& head);

  Result<void> add(media::Unit unit, const media::Arrival& arrival);
  Result<void> end() { return writer_.flush(); }

  // What became of it, in flu's times. Valid until the next add().
  Result<std::optional<container::StreamUnit>> next() { return sink_.reader.next(); }

 private:
  struct ReaderSink final : link::Sink {
    bool has_room() override { return true; }
    Result<> append(Buffer header, Buffer payload) override {
      reader.feed(header);
      reader.feed(payload);
      return {};
    }
    Result<> flush() override { return {}; }
    container::FluReader reader;
  };

  media::Timeline timeline_;
  media::Tracks tracks_;
  std::vector<media::Event> early_events_;  // came before the first sample tells the time
  ReaderSink sink_;
  link::UnitWriter writer_;
};

// Orders the samples of a foreign fragmented MP4, where a moof may hold seconds of one track and
// then the same seconds of another.
class MoofSorter {
 public:
  void add(const container::Fragment& fragment);
  [[nodiscard]] bool is_other_moof(const container::Fragment& fragment) const {
    return !samples_.empty() && fragment.moof_sequence != moof_sequence_;
  }

  // All of the moof, by decode time.
  std::vector<media::Sample> take();

 private:
  std::uint32_t moof_sequence_ = 0;
  std::vector<media::Sample> samples_;
};

}  // namespace flu::hub
