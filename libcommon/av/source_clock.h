#pragma once

#include <cstdint>
#include <optional>

#include "libcommon/av/packet.h"
#include "libcommon/codec/framer.h"
#include "libcommon/media/time.h"

namespace flu::av {

// Timestamps of a source, of any scale and width, as 90 kHz ticks in 64 bits. One for all streams
// of a source: those that begin after the count has begun anew still stand beside the others.
class SourceClock {
 public:
  // Added to everything: files begin a little before zero, where a flu stream has no time.
  static constexpr media::Ticks kOffset = std::chrono::hours(1);

  // Times that are out of all range are left out.
  codec::EsTimes stamp(const std::optional<std::int64_t>& pts,
                       const std::optional<std::int64_t>& dts, const TimeScale& scale);

  static media::Ticks to_ticks(std::int64_t count, const TimeScale& scale);

 private:
  [[nodiscard]] std::optional<media::Timestamp> unwrap(std::int64_t count, const TimeScale& scale,
                                                       std::optional<media::Timestamp> near) const;

  std::optional<media::Timestamp> newest_;  // without kOffset
};

}  // namespace flu::av
