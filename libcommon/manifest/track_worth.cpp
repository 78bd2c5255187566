#include "libcommon/manifest/track_worth.h"

#include <algorithm>
#include <array>
#include <cmath>

#include "libcommon/codec/codec_string.h"

namespace flu::manifest {
namespace {

constexpr std::uint64_t kTicksPerSecond = 90'000;

// Ordinary rates, which times rounded to 90 kHz and a source's drift are off by far less.
constexpr std::array<FrameRate, 14> kUsualRates{{{10, 1},
                                                 {12, 1},
                                                 {25, 2},
                                                 {15, 1},
                                                 {20, 1},
                                                 {24'000, 1001},
                                                 {24, 1},
                                                 {25, 1},
                                                 {30'000, 1001},
                                                 {30, 1},
                                                 {48, 1},
                                                 {50, 1},
                                                 {60'000, 1001},
                                                 {60, 1}}};
constexpr double kNearRate = 0.0004;  // 29.97 and 30 are 0.1 % apart
constexpr double kNearHeader = 0.02;  // what the headers may be off

std::uint64_t bits_of(const SegmentSizes& segment, std::span<const std::uint32_t> ids,
                      Carrier carrier) {
  std::uint64_t bytes = carrier == Carrier::kTs ? segment.ts_table_bytes : 0;
  for (const SegmentSizes::Track& track : segment.tracks) {
    if (std::find(ids.begin(), ids.end(), track.track_id) == ids.end()) continue;
    bytes += carrier == Carrier::kTs ? track.ts_bytes : track.fmp4_bytes;
  }
  return bytes * 8;
}

std::uint64_t length_of(const SegmentSizes& segment) {
  return static_cast<std::uint64_t>(std::max<std::int64_t>(segment.duration.count(), 0));
}

// Rounded up, so that who reserves it has enough.
std::uint64_t per_second(std::uint64_t bits, std::uint64_t ticks) {
  return ticks == 0 ? 0 : (bits * kTicksPerSecond + ticks - 1) / ticks;
}

bool is_near(double rate, double of, double tolerance) {
  return std::abs(rate - of) <= of * tolerance;
}

}  // namespace

BitRates bit_rates(std::span<const SegmentSizes> segments, std::span<const std::uint32_t> ids,
                   Carrier carrier, media::Ticks target) {
  const auto wanted = static_cast<std::uint64_t>(std::max<std::int64_t>(target.count(), 0));
  BitRates rates;
  std::uint64_t all_bits = 0;
  std::uint64_t all_ticks = 0;
  for (std::size_t first = 0; first < segments.size(); ++first) {
    std::uint64_t bits = 0;
    std::uint64_t ticks = 0;
    for (std::size_t i = first; i < segments.size(); ++i) {
      bits += bits_of(segments[i], ids, carrier);
      ticks += length_of(segments[i]);
      if (i > first && ticks * 2 > wanted * 3) break;
      if (ticks * 2 >= wanted) rates.peak = std::max(rates.peak, per_second(bits, ticks));
    }
    all_bits += bits_of(segments[first], ids, carrier);
    all_ticks += length_of(segments[first]);
  }
  rates.average = per_second(all_bits, all_ticks);
  rates.peak = std::max(rates.peak, rates.average);
  return rates;
}

FrameRate frame_rate(std::span<const SegmentSizes> segments, const media::Track& track) {
  if (track.kind != media::TrackKind::kVideo) return {};
  const FrameRate header{track.video.rate_num, std::max(track.video.rate_den, 1U)};
  std::uint64_t frames = 0;
  std::uint64_t ticks = 0;
  for (const SegmentSizes& segment : segments) {
    for (const SegmentSizes::Track& sizes : segment.tracks) {
      if (sizes.track_id != track.id) continue;
      frames += sizes.samples;
      ticks += length_of(segment);
    }
  }
  if (ticks == 0 || frames == 0) return header;
  const double rate = static_cast<double>(frames) * static_cast<double>(kTicksPerSecond) /
                      static_cast<double>(ticks);
  if (header.num > 0 && is_near(rate, header.value(), kNearHeader)) return header;
  for (const FrameRate& usual : kUsualRates) {
    if (is_near(rate, usual.value(), kNearRate)) return usual;
  }
  constexpr std::uint32_t kThousand = 1000;
  constexpr double kMost = 100'000;  // beyond is no rate, and would not fit
  return {static_cast<std::uint32_t>(std::lround(std::min(rate, kMost) * kThousand)), kThousand};
}

TrackWorth describe_track(const media::Track& track, std::span<const SegmentSizes> segments,
                          media::Ticks target) {
  TrackWorth worth;
  worth.track_id = track.id;
  worth.kind = track.kind;
  worth.codec = codec::codec_string(track);
  worth.language = track.language;
  if (track.kind == media::TrackKind::kVideo) {
    worth.frame_rate = frame_rate(segments, track);
    worth.width = track.video.width;
    worth.height = track.video.height;
  }
  worth.channels = track.audio.channels;
  worth.sample_rate = track.audio.sample_rate;
  worth.rates = bit_rates(segments, std::span(&track.id, 1), Carrier::kFmp4, target);
  return worth;
}

}  // namespace flu::manifest
