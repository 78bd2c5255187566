#include "libcommon/codec/format_values.h"

#include <array>
#include <limits>
#include <numeric>
#include <utility>

namespace flu::codec {

media::Ticks frame_duration(const media::VideoFormat& video) {
  if (video.rate_num == 0) return media::Ticks{0};
  const std::int64_t num = video.rate_num;
  return media::Ticks{(90'000 * std::int64_t{video.rate_den} + num / 2) / num};
}

media::Ticks audio_duration(std::uint32_t samples, std::uint32_t sample_rate) {
  if (sample_rate == 0) return media::Ticks{0};
  return media::Ticks{
      static_cast<std::int64_t>((std::uint64_t{samples} * 90'000 + sample_rate / 2) / sample_rate)};
}

void set_frame_rate(std::uint64_t num, std::uint64_t den, media::VideoFormat& video) {
  if (num == 0 || den == 0 || num > 1000 * den || num * 10 < den) return;
  const std::uint64_t divisor = std::gcd(num, den);
  constexpr std::uint64_t kMax = std::numeric_limits<std::uint32_t>::max();
  if (num / divisor > kMax || den / divisor > kMax) return;
  video.rate_num = static_cast<std::uint32_t>(num / divisor);
  video.rate_den = static_cast<std::uint32_t>(den / divisor);
}

void set_aspect_ratio(std::uint32_t idc, media::VideoFormat& video) {
  constexpr std::array<std::pair<std::uint8_t, std::uint8_t>, 17> kRatios{{{0, 0},
                                                                           {1, 1},
                                                                           {12, 11},
                                                                           {10, 11},
                                                                           {16, 11},
                                                                           {40, 33},
                                                                           {24, 11},
                                                                           {20, 11},
                                                                           {32, 11},
                                                                           {80, 33},
                                                                           {18, 11},
                                                                           {15, 11},
                                                                           {64, 33},
                                                                           {160, 99},
                                                                           {4, 3},
                                                                           {3, 2},
                                                                           {2, 1}}};
  if (idc == 0 || idc >= kRatios.size()) return;
  video.sar_width = kRatios[idc].first;
  video.sar_height = kRatios[idc].second;
}

}  // namespace flu::codec
