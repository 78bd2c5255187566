#pragma once

#include <cstdint>
#include <memory>
#include <optional>
#include <vector>

#include "libcommon/base/bytes.h"
#include "libcommon/media/sample.h"
#include "libcommon/media/track.h"

namespace flu::container {

struct TsReaderOptions {
  std::uint16_t program = 0;        // program_number; 0: the first in the PAT that has media
  std::vector<std::uint16_t> pids;  // only these elementary PIDs; empty: all
  bool allow_subtitles = true;
};

// What a receiver of broadcast streams counts (ETSI TR 101 290 names where it has them).
struct TsCounters {
  std::uint64_t packets = 0;
  std::uint64_t sync_losses = 0;    // times the 0x47 rhythm was lost
  std::uint64_t skipped_bytes = 0;  // bytes passed over to find it again
  std::uint64_t continuity_errors = 0;
  std::uint64_t duplicates = 0;
  std::uint64_t scrambled = 0;
  std::uint64_t transport_errors = 0;
  std::uint64_t psi_errors = 0;  // tables with a bad CRC or syntax
  std::uint64_t pes_errors = 0;
};

// MPEG-TS (ISO 13818-1) in, samples out: 188, 192 and 204-byte packets, one program. Times are the
// source's own, unwrapped from 33 to 64 bits against one reference for the whole program (the first
// is taken as it is); jumps are passed on as they are, a Timeline judges them. Pure; never fails on
// bad bytes: it counts them and goes on. The same bytes give the same units, however they are cut.
//
// Tracks are announced (TracksChanged) when every track of the PMT has described itself, or when
// kMaxTrackWait of media time or 4 MiB have gone by since the first that did: an announced but
// absent track holds nothing back longer. One that sends bytes but has not described itself (video
// joined within a group of pictures) is waited for up to 12 s or 32 MiB, since announcing it later
// would change the tracks of a stream just begun; what then lies more than kMaxTrackWait before the
// first picture is left out. A track that shows up later is announced then. Samples held until then
// follow in order. Subtitles alone announce nothing where the PMT has audio or video.
//
// Subtitles whose time is missing or that of another clock get the time at which they came. SCTE-35
// sections become events (kScte35Scheme) at their splice time, else at the time they came.
class TsReader {
 public:
  explicit TsReader(TsReaderOptions options = {});
  ~TsReader();
  TsReader(const TsReader&) = delete;
  TsReader& operator=(const TsReader&) = delete;

  void feed(Bytes bytes);
  void flush();  // the end of the input

  // Units in the order in which they became complete. Sample::track_id is that of the tracks
  // announced before. Ids are 1.. in PMT order, video first; a PID keeps its id.
  std::optional<media::Unit> next();

  [[nodiscard]] const TsCounters& counters() const;

  // True once a PAT and PMT were read: for "is this MPEG-TS at all?".
  [[nodiscard]] bool has_program() const;

 private:
  class Impl;
  std::unique_ptr<Impl> impl_;
};

inline constexpr media::Ticks kMaxTrackWait{90'000};  // 1 s

// Does this look like MPEG-TS: five packets in a row with a sync byte, at 188, 192 or 204 bytes?
// nullopt: too few bytes to tell (fewer than 5 packets).
std::optional<bool> looks_like_ts(Bytes head);

}  // namespace flu::container
