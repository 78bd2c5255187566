#pragma once

#include <cstdint>
#include <string>
#include <string_view>
#include <variant>

#include "libcommon/base/bytes.h"
#include "libcommon/media/time.h"
#include "libcommon/media/track.h"

namespace flu::media {

// Stream access point types of ISO 14496-12 Annex I that we tell apart.
enum class Sap : std::uint8_t {
  kNone = 0,
  kClosed = 1,  // IDR and the like: decoding starts here cleanly; every audio frame
  kOpen = 3,    // open GOP: leading pictures may be broken
};

// One access unit: a picture (both fields), an audio frame, a subtitle PES data field. Video is
// NAL units with 4-byte lengths (AUD and filler dropped, parameter sets in-band at key frames);
// AAC is raw (no ADTS); MPEG-2 video as in its elementary stream;
// WebVTT as codec::write_cue_sample() has it.
struct Sample {
  std::uint32_t track_id = 0;
  Timestamp dts{0};
  Ticks cts{0};       // pts - dts, >= 0
  Ticks duration{0};  // what is known when it is made; the next sample's dts is the truth
  Sap sap = Sap::kNone;
  Buffer data;
  bool is_sparse = false;  // comes when it comes: its time says nothing of the source's pace

  [[nodiscard]] Timestamp pts() const { return dts + cts; }
  [[nodiscard]] bool is_key() const { return sap != Sap::kNone; }
};

// A timed event beside the tracks, as in an emsg box (ISO 23009-1 5.10.3.3).
struct Event {
  std::string scheme;  // "urn:scte:scte35:2013:bin" and the like
  std::string value;
  Timestamp time{0};  // presentation
  Ticks duration{0};  // 0: unknown
  std::uint32_t id = 0;
  Buffer data;

  bool operator==(const Event&) const = default;
};

inline constexpr std::string_view kScte35Scheme = "urn:scte:scte35:2013:bin";

// The timeline breaks here: the source jumped, restarted or lost data beyond repair.
struct Discontinuity {
  std::string reason;  // for the log and the event: "pts jumped by 10.2 s"
};

// The tracks that samples refer to from here on; the whole list, each time anything in it changes.
struct TracksChanged {
  Tracks tracks;
};

// What every reader of a container yields, in the order of the source.
using Unit = std::variant<TracksChanged, Sample, Event, Discontinuity>;

}  // namespace flu::media
