#include "tools/segment/preroll.h"

#include "tools/segment/limits.h"

namespace flu::hub {

void Preroll::add(const container::Fragment& fragment) {
  if (fragment.samples.empty() || fragment.payload.size() > kMaxPrerollBytes) return;
  held_.push_back({fragment, Buffer(fragment.payload.begin(), fragment.payload.end())});
  // What it said of the stream was heard when it came: a break is not to be made again.
  held_.back().fragment.info.reset();
  bytes_ += fragment.payload.size();
  while (bytes_ > kMaxPrerollBytes) {
    bytes_ -= held_.front().payload.size();
    held_.pop_front();
  }
}

void Preroll::clear() {
  held_.clear();
  bytes_ = 0;
}

}  // namespace flu::hub
