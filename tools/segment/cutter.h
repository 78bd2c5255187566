#pragma once

#include <cstdint>
#include <optional>

#include "libcommon/media/sample.h"
#include "libcommon/media/time.h"

namespace flu::hub {

// A frame of the main track, as far as cutting needs it.
struct MainFrame {
  media::Timestamp pts{0};
  media::Ticks duration{0};
  media::Sap sap = media::Sap::kNone;
};

enum class Cut : std::uint8_t {
  kNone,
  kKey,     // a segment begins with this frame
  kForced,  // it must, although this may be no key frame: 30 s or 60 MiB
};

// Where segments end (docs/design.md, "Cutting"): at the first key frame of the main track at or
// after the target. An IDR is preferred to an open GOP within 1.5 times the target, where the
// stream's habit says that one will come.
class Cutter {
 public:
  explicit Cutter(media::Ticks target) : target_(target) {}

  void set_target(media::Ticks target) { target_ = target; }

  // Asked for each frame after the first of a segment, before it is added.
  // `bytes` and `samples` are those of the open segment with this frame.
  [[nodiscard]] Cut decide(const MainFrame& frame, std::uint64_t bytes, std::size_t samples) const;

  // Told of each frame, in decode order, after decide(); begins_segment where a cut was made in
  // front of it, for whichever reason.
  void add(const MainFrame& frame, bool begins_segment);

  // A break in the timeline: distances to earlier key frames mean nothing.
  void restart();

  // HLS TARGETDURATION in seconds for what was seen so far:
  // max(ceil(1.25 target), ceil(g ceil(target / g))), g being the longest distance of key frames.
  [[nodiscard]] std::uint32_t target_duration() const;

 private:
  [[nodiscard]] bool expects_idr(const MainFrame& frame) const;

  media::Ticks target_;
  media::Timestamp start_{0};
  media::Ticks longest_gop_{0};
  std::optional<media::Timestamp> last_key_;
  std::optional<media::Timestamp> last_idr_;
  std::optional<media::Ticks> idr_distance_;
};

}  // namespace flu::hub
