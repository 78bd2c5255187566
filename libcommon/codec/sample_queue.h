#pragma once

#include <cstdint>
#include <deque>
#include <optional>
#include <utility>

#include "libcommon/media/sample.h"
#include "libcommon/media/track.h"

namespace flu::codec {

// The samples that a framer made and nobody took yet, each with the format from which it holds, so
// that Framer::format() stays in step with Framer::next().
class SampleQueue {
 public:
  void set_format(media::Track track) {
    if (!format_) {
      format_ = std::move(track);
      revision_ = 1;
      newest_ = *format_;
      return;
    }
    newest_ = track;
    pending_ = std::move(track);
  }

  // The format of the sample that is pushed next.
  [[nodiscard]] const std::optional<media::Track>& newest() const { return newest_; }

  void push(media::Sample sample) {
    entries_.push_back({std::move(sample), std::exchange(pending_, std::nullopt)});
  }

  std::optional<media::Sample> next() {
    if (entries_.empty()) return std::nullopt;
    Entry entry = std::move(entries_.front());
    entries_.pop_front();
    if (entry.format) {
      format_ = std::move(entry.format);
      ++revision_;
    }
    return std::move(entry.sample);
  }

  [[nodiscard]] const std::optional<media::Track>& format() const { return format_; }
  [[nodiscard]] std::uint32_t revision() const { return revision_; }

 private:
  struct Entry {
    media::Sample sample;
    std::optional<media::Track> format;
  };

  std::deque<Entry> entries_;
  std::optional<media::Track> format_;
  std::optional<media::Track> newest_;
  std::optional<media::Track> pending_;
  std::uint32_t revision_ = 0;
};

}  // namespace flu::codec
