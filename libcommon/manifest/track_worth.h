#pragma once

#include <cstdint>
#include <span>
#include <string>
#include <vector>

#include "libcommon/media/time.h"
#include "libcommon/media/track.h"

namespace flu::manifest {

// What the tracks of a window are worth to who has to choose: codec strings, bit rates and frame
// rates as the segments have them, not as headers promise.
//
// How to use it: one SegmentSizes for each segment that the manifest shows and that has these
// tracks (LiveStream::sizes() makes them), then
//   describe_track(track, sizes)                   for CODECS, FRAME-RATE, @codecs ...
//   bit_rates(sizes, {1, 3}, Carrier::kTs, target) for what a variant of tracks 1 and 3 needs:
//     BANDWIDTH and @bandwidth are its peak, AVERAGE-BANDWIDTH its average.
// Rates of several tracks are those of the sums, since their peaks seldom meet.

struct SegmentSizes {
  struct Track {
    std::uint32_t track_id = 0;
    std::uint32_t samples = 0;
    std::uint64_t fmp4_bytes = 0;
    std::uint64_t ts_bytes = 0;
  };
  media::Ticks duration{0};
  std::uint64_t ts_table_bytes = 0;
  std::vector<Track> tracks;
};

enum class Carrier : std::uint8_t { kFmp4, kTs };

// Bits a second; 0 where no segment tells.
struct BitRates {
  std::uint64_t peak = 0;
  std::uint64_t average = 0;

  bool operator==(const BitRates&) const = default;
};

// The peak is that of any segments in a row which together are 0.5 to 1.5 `target` long (RFC
// 8216bis 4.4.6.2), or of a longer one alone, or, where all are shorter, of all of them.
BitRates bit_rates(std::span<const SegmentSizes> segments, std::span<const std::uint32_t> ids,
                   Carrier carrier, media::Ticks target);

// Frames a second as a fraction; 0/1 where it is not known.
struct FrameRate {
  std::uint32_t num = 0;
  std::uint32_t den = 1;

  [[nodiscard]] double value() const { return static_cast<double>(num) / den; }
  bool operator==(const FrameRate&) const = default;
};

// What the segments have, as the usual rate that it is near to; the headers' where that agrees.
FrameRate frame_rate(std::span<const SegmentSizes> segments, const media::Track& track);

struct TrackWorth {
  std::uint32_t track_id = 0;
  media::TrackKind kind = media::TrackKind::kVideo;
  std::string codec;  // RFC 6381; empty where there is none
  std::string language;
  FrameRate frame_rate;  // of video
  std::uint32_t width = 0;
  std::uint32_t height = 0;
  std::uint32_t channels = 0;
  std::uint32_t sample_rate = 0;
  BitRates rates;  // alone, as fragmented MP4
};
TrackWorth describe_track(const media::Track& track, std::span<const SegmentSizes> segments,
                          media::Ticks target);

}  // namespace flu::manifest
