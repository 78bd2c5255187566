#include "tools/segment/arbiter.h"

namespace flu::hub {

bool may_take_over(const Claim& playing, bool is_silent, const Claim& candidate) {
  if (candidate.producer != playing.producer) return candidate.producer > playing.producer;
  if (candidate.producer == container::ProducerClass::kPublisher && !is_silent) return false;
  // The same start is the same producer, back before the end of its first connection was seen.
  return candidate.start_us >= playing.start_us;
}

}  // namespace flu::hub
