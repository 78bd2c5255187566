#pragma once

#include <chrono>
#include <cstdint>

#include "libcommon/container/mp4/flu_stream.h"

namespace flu::hub {

// What a producer says of itself in the head of its flu stream.
struct Claim {
  container::ProducerClass producer = container::ProducerClass::kSource;
  std::uint64_t start_us = 0;  // UTC of its start

  bool operator==(const Claim&) const = default;
};

inline constexpr std::chrono::seconds kPublisherSilence{2};

// Who plays when two producers want the same stream (docs/design.md, "The hub"): the higher class;
// within a class the newer, a publisher only when the old one was silent for 2 s.
// `is_silent`: the one that plays sent nothing for kPublisherSilence.
bool may_take_over(const Claim& playing, bool is_silent, const Claim& candidate);

}  // namespace flu::hub
