#pragma once

#include <cstdint>
#include <memory>

#include "libcommon/base/clock.h"
#include "libcommon/base/result.h"
#include "libcommon/container/mp4/flu_stream.h"
#include "libcommon/link/sink.h"
#include "libcommon/media/sample.h"
#include "libcommon/media/track.h"

namespace flu::link {

// What a producer knows about the unit it hands over, beside the unit.
struct FragmentContext {
  WallTime arrival{};             // when it came in
  std::uint32_t source = 0;       // number of the source that plays
  bool is_discontinuity = false;  // the timeline broke in front of it
  bool is_clock_unsure = false;   // the wall clock cannot be trusted now
  bool is_slate = false;          // filler, not the source itself
  std::uint32_t lost = 0;         // packets lost since the unit before
};

struct UnitWriterCounters {
  std::uint64_t fragments = 0;
  std::uint64_t samples = 0;
  std::uint64_t bytes = 0;            // of everything written
  std::uint64_t dropped_samples = 0;  // because the reader was slow
  std::uint64_t dropped_events = 0;   // too large, or too many while nothing is written
  std::uint64_t drops = 0;            // how often dropping began
  std::uint64_t refused = 0;  // of no announced track, too large, or not at a time of the stream
};

// Samples with UTC times (or a source's own, where the head says so) in, a flu stream out
// (docs/format.md): one video frame or at most 100 ms of audio a fragment. Audio waits for the
// video frame that follows it and goes out in the same write. A track that is more than 500 ms
// ahead of another waits for it. When the sink has no room, everything up to the next key frame of
// the main track is dropped, and the fragment that goes on says so (LOSS).
class UnitWriter {
 public:
  // `sink` outlives the writer. Nothing is written before the first TracksChanged.
  UnitWriter(const container::StreamHead& head, Sink& sink);
  ~UnitWriter();
  UnitWriter(const UnitWriter&) = delete;
  UnitWriter& operator=(const UnitWriter&) = delete;

  // TracksChanged: new ftyp and moov. Sample: at least one TracksChanged must name its track.
  // Event: written before the next fragment. Discontinuity: as FragmentContext::is_discontinuity,
  // for the next sample of every track. Errors are the sink's.
  Result<> write(media::Unit unit, const FragmentContext& context);

  // Writes everything that is held. Needed only where a source falls silent without ending.
  Result<> flush();

  // flush(), then the mark of a clean end (styp lmsg). Nothing may be written afterwards.
  Result<> end();

  [[nodiscard]] const UnitWriterCounters& counters() const;

 private:
  class Impl;
  std::unique_ptr<Impl> impl_;
};

}  // namespace flu::link
