#pragma once

#include <cstdint>
#include <optional>
#include <span>
#include <vector>

#include "libcommon/base/byte_writer.h"
#include "libcommon/base/bytes.h"
#include "libcommon/base/result.h"
#include "libcommon/container/mp4/flu_stream.h"
#include "libcommon/container/mp4/moov.h"
#include "libcommon/media/track.h"

namespace flu::container {

// sample_flags (ISO 14496-12 8.8.3.1). An open-GOP start is a sync sample to stock tools, as ffmpeg
// has it too; the degradation priority, which nothing reads, keeps its SAP type.
inline constexpr std::uint32_t kFlagsSync = 0x0200'0000;
inline constexpr std::uint32_t kFlagsSyncOpen = 0x0200'0003;
inline constexpr std::uint32_t kFlagsNonSync = 0x0101'0000;

std::uint32_t sample_flags(media::Sap sap);
media::Sap sap_of(std::uint32_t flags, bool is_flu);

// What trex says for a track of ours.
struct TrexDefaults {
  std::uint32_t duration = 0;
  std::uint32_t flags = 0;
};
TrexDefaults trex_defaults(const media::Track& track);

// A traf of one trun. `trex`: what need not be said again; without it the traf says everything, so
// that it can be read without its moov. Returns where the trun's data_offset is to be patched in.
std::size_t write_traf(std::uint32_t track_id, std::span<const SampleEntry> samples,
                       const TrexDefaults* trex, ByteWriter& out);

// A traf of tfhd and tfdt alone.
void write_empty_traf(std::uint32_t track_id, media::Timestamp time, ByteWriter& out);

// Samples as a moof has them: in the track's timescale, offsets from the start of the moof.
struct RawSample {
  std::uint32_t offset = 0;
  std::uint32_t size = 0;
  std::uint32_t duration = 0;
  std::uint32_t flags = 0;
  std::int64_t cts = 0;
};

struct RawTraf {
  std::uint32_t file_id = 0;
  std::optional<std::uint64_t> decode_time;  // tfdt
  std::size_t first = 0;                     // in Moof::samples
  std::size_t count = 0;
};

struct Moof {
  std::uint32_t sequence = 0;
  std::vector<RawTraf> trafs;
  std::vector<RawSample> samples;
};

struct MoofRules {
  const Movie* movie = nullptr;  // without one every traf must say its own defaults
  std::size_t max_run_samples = 0;
  // Where the moof begins in the file: base_data_offset counts from there, and is refused without.
  std::optional<std::uint64_t> position;
};

// Reads a moof's payload into `out`, whose memory is used again.
Result<void> parse_moof(Bytes payload, const MoofRules& rules, Moof& out);

}  // namespace flu::container
