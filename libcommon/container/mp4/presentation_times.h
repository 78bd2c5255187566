#pragma once

#include <vector>

#include "libcommon/container/mp4/flu_stream.h"

namespace flu::container {

// Times as players should have them: decode times are the presentation times in their order, and
// what reordering takes is told by composition offsets, some of them below zero (ISO 14496-12
// 8.8.8, trun version 1). So a segment's tfdt is where its picture begins, not the delay of the
// encoder's reordering earlier, and its durations lead to the next one's; presentation stays.
// Returns false, and does nothing, where they are so already.
bool set_presentation_times(std::vector<SampleEntry>& samples);

}  // namespace flu::container
