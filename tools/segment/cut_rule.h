#pragma once

#include <cstdint>

#include "libcommon/container/mp4/flu_stream.h"
#include "tools/segment/cutter.h"
#include "tools/segment/run.h"

namespace flu::hub {

// Where a stream is cut, from what the fragments of its main track say: where a hub before this one
// cut it; else at the first key frame of another source or slate, or where the cutter would.
class CutRule {
 public:
  explicit CutRule(media::Ticks target) : cutter_(target) {}

  void set_target(media::Ticks target) { cutter_.set_target(target); }

  // Another producer.
  void begin_source();
  // What stands with a fragment, before its runs are decided on.
  void note(const container::FragmentInfo& info);

  // At the next key frame: the stream breaks there.
  void cut_soon() { is_wanted_ = true; }

  // Whether a stream that stands still may go on with this run.
  [[nodiscard]] bool may_start(const Run& run) const;
  // Asked for each run while a segment is open, before it is added; `bytes` and `samples` are the
  // segment's with this run.
  [[nodiscard]] Cut decide(const Run& run, std::uint64_t bytes, std::size_t samples) const;
  // Told of each run that is taken; begins_segment where a cut was made in front of it.
  void add(const Run& run, bool begins_segment);
  // The open segment was ended for another reason.
  void restart();

  // A hub before this one has cut and numbered the stream.
  [[nodiscard]] bool is_numbered() const { return is_numbered_; }
  [[nodiscard]] std::uint32_t source() const { return source_; }
  [[nodiscard]] std::uint32_t target_duration() const { return cutter_.target_duration(); }

 private:
  Cutter cutter_;
  bool is_numbered_ = false;
  bool is_wanted_ = false;  // at the next key frame
  std::uint32_t source_ = 0;
  bool is_slate_ = false;
};

}  // namespace flu::hub
