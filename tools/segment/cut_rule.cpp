#include "tools/segment/cut_rule.h"

namespace flu::hub {
namespace {

MainFrame frame_of(const Run& run) {
  return {run.pts(), run.samples.front().duration, run.sap()};
}

}  // namespace

void CutRule::begin_source() {
  is_numbered_ = false;
  is_slate_ = false;
}

void CutRule::note(const container::FragmentInfo& info) {
  const bool is_slate = (info.flags & container::kSlate) != 0;
  is_numbered_ = info.seq != 0;
  is_wanted_ = is_wanted_ || info.source != source_ || is_slate != is_slate_;
  source_ = info.source;
  is_slate_ = is_slate;
}

bool CutRule::may_start(const Run& run) const {
  return run.begins_with_key() && (!is_numbered_ || run.is_cut());
}

Cut CutRule::decide(const Run& run, std::uint64_t bytes, std::size_t samples) const {
  const Cut own = cutter_.decide(frame_of(run), bytes, samples);
  if (is_numbered_) return run.is_cut() ? Cut::kKey : own == Cut::kForced ? own : Cut::kNone;
  return is_wanted_ && run.begins_with_key() ? Cut::kKey : own;
}

void CutRule::add(const Run& run, bool begins_segment) {
  cutter_.add(frame_of(run), begins_segment);
  if (begins_segment) is_wanted_ = false;
}

void CutRule::restart() {
  cutter_.restart();
  is_wanted_ = false;
}

}  // namespace flu::hub
