#include "libcommon/container/mpegts/ts_size.h"

#include <algorithm>

namespace flu::container {
namespace {

constexpr std::uint64_t kPacket = 188;
constexpr std::uint64_t kRoom = 184;
constexpr std::uint64_t kAlignment = 16;
constexpr std::uint64_t kPcr = 8;               // an adaptation field with one
constexpr std::uint64_t kVideoHead = 19 + 7;    // PES header with both times, AUD
constexpr std::uint64_t kAudioHead = 14;        // PES header
constexpr std::uint64_t kFrameHead = 7;         // ADTS
constexpr media::Ticks kMaxAudioPes{9'000};     // as mux_ts_segment() gathers frames
constexpr media::Ticks kTableInterval{36'000};  // 400 ms
constexpr std::uint64_t kTables = 2;            // PAT and PMT

std::uint64_t packets_of(std::uint64_t bytes) {
  return (bytes + kRoom - 1) / kRoom;
}

std::uint64_t aligned(std::uint64_t packets) {
  return (packets + kAlignment - 1) / kAlignment * kAlignment;
}

}  // namespace

std::uint64_t estimate_ts_bytes(const media::Track& track, std::span<const SampleEntry> samples) {
  const bool is_audio = track.kind == media::TrackKind::kAudio;
  const std::uint64_t frame_head = track.codec == media::CodecId::kAac ? kFrameHead : 0;
  std::uint64_t packets = 0;
  for (std::size_t i = 0; i < samples.size();) {
    std::uint64_t unit = is_audio ? kAudioHead : kVideoHead + kPcr;
    media::Ticks length{0};
    do {
      unit += samples[i].size + frame_head;
      length += samples[i].duration;
      ++i;
    } while (is_audio && i < samples.size() && length + samples[i].duration <= kMaxAudioPes);
    packets += packets_of(unit);
  }
  return aligned(packets) * kPacket;
}

std::uint64_t estimate_ts_table_bytes(media::Ticks duration) {
  const auto times = static_cast<std::uint64_t>(std::max<std::int64_t>(duration.count(), 0)) /
                         static_cast<std::uint64_t>(kTableInterval.count()) +
                     2;
  return kTables * aligned(times) * kPacket;
}

}  // namespace flu::container
