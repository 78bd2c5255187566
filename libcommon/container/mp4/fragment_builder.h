#pragma once

#include <cstdint>
#include <vector>

#include "libcommon/base/bytes.h"
#include "libcommon/base/result.h"
#include "libcommon/container/mp4/flu_stream.h"
#include "libcommon/container/mp4/moof.h"
#include "libcommon/container/mp4/moov.h"

namespace flu::container {

// Turns the trafs of a moof into fragments in 90 kHz ticks, keeping what a track needs from one to
// the next.
class FragmentBuilder {
 public:
  // A new moov: times and shifts of the tracks begin anew.
  void reset(const Movie& movie, bool is_flu);

  // Bytes of a mdat and where they begin, counted from the start of the moof.
  struct Data {
    Bytes bytes;
    std::uint32_t offset = 0;
  };

  // Times and samples, not the payload; kMalformed when one is out of its range or its bytes are
  // not in `data`.
  Result<Fragment> build(const Moof& moof, const RawTraf& traf, const MovieTrack& track,
                         const Data& data);

 private:
  struct TrackState {
    std::uint32_t track_id = 0;
    std::int64_t next_time = 0;  // in the track's timescale, for a traf without tfdt
    media::Ticks shift{0};       // taken from every dts so that cts are >= 0
    media::Timestamp last_dts{0};
    bool has_last = false;
  };

  TrackState& state_of(std::uint32_t track_id);
  [[nodiscard]] Result<std::int64_t> start_time(const RawTraf& traf, const MovieTrack& track,
                                                const TrackState& state) const;
  static void shift_times(TrackState& state, std::vector<SampleEntry>& samples);

  bool is_flu_ = false;
  std::vector<TrackState> states_;
};

}  // namespace flu::container
