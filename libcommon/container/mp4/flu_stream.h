#pragma once

#include <array>
#include <cstdint>
#include <memory>
#include <optional>
#include <span>
#include <variant>
#include <vector>

#include "libcommon/base/bytes.h"
#include "libcommon/base/result.h"
#include "libcommon/media/sample.h"
#include "libcommon/media/track.h"

namespace flu::container {

// The flu stream of docs/format.md: what every pipe and socket between flu's programs carries.

using Uuid = std::array<std::uint8_t, 16>;

// Who speaks on in.sock; the higher class wins.
enum class ProducerClass : std::uint8_t { kBackup = 1, kSource = 2, kPublisher = 3 };

// How far the wall clock behind the UTC times can be trusted.
enum class ClockQuality : std::uint8_t { kUnknown = 0, kArrival = 1, kSource = 2, kUnsure = 3 };

// What the times of a stream are: UTC, or a source's own. The latter has no brand `flu1`, so that
// every reader takes it for foreign.
enum class TimeBase : std::uint8_t { kUtc, kSource };

// FLU-HEAD: a top-level uuid box after the moov, on pipes only.
struct StreamHead {
  Uuid stream{};
  ProducerClass producer = ProducerClass::kSource;
  std::uint64_t start_us = 0;  // UTC of the producer's start
  ClockQuality clock = ClockQuality::kArrival;
  TimeBase times = TimeBase::kUtc;  // said by the ftyp, not by the box

  bool operator==(const StreamHead&) const = default;
};

enum FragmentFlags : std::uint32_t {
  kDiscont = 1U << 0,
  kSlate = 1U << 1,
  kLoss = 1U << 2,
  kClockUnsure = 1U << 3,
  kCut = 1U << 4,  // first fragment of segment `seq`
};

// FLU-FRAG: a uuid box before the moof, on key frames and when something changed.
struct FragmentInfo {
  std::uint64_t arrival_us = 0;  // UTC
  std::uint32_t source = 0;      // number of the source; its label is in status
  std::uint32_t flags = 0;       // FragmentFlags
  std::uint32_t lost = 0;        // packets lost before this fragment
  std::uint32_t seq = 0;
  std::uint32_t disc_seq = 0;

  bool operator==(const FragmentInfo&) const = default;
};

// prft: the wall clock (arrival) of a media time of a track.
struct ProducerTime {
  std::uint32_t track_id = 0;
  std::uint64_t ntp = 0;
  media::Timestamp time{0};

  bool operator==(const ProducerTime&) const = default;
};

struct SampleEntry {
  media::Timestamp dts{0};
  media::Ticks cts{0};
  media::Ticks duration{0};
  media::Sap sap = media::Sap::kNone;
  std::uint32_t offset = 0;  // in Fragment::payload
  std::uint32_t size = 0;
};

// One moof and its mdat. A fragment with several trafs comes as one Fragment a traf; the first
// carries info, producer time and the number of trafs that follow with it.
struct Fragment {
  std::uint32_t track_id = 0;
  std::uint32_t moof_sequence = 0;
  std::optional<FragmentInfo> info;
  std::optional<ProducerTime> producer_time;
  std::vector<SampleEntry> samples;  // empty in a primer
  // The bytes from the first sample to the last; of a foreign file they may hold other tracks' in
  // between. Valid until the reader is given bytes again (prepare, feed).
  Bytes payload;
};

struct StreamEnd {};  // styp with brand lmsg: a clean end

using StreamUnit =
    std::variant<StreamHead, media::TracksChanged, Fragment, media::Event, StreamEnd>;

// Reads flu streams and ordinary fragmented MP4: other timescales and track ids, several trafs,
// runs and samples, negative composition offsets (the track's dts are moved, presentation stays),
// edit lists that move or cut a beginning. Bounds: docs/format.md, "Safe parsing bounds". The
// buffer grows only as bytes arrive. After an error nothing more can be read.
class FluReader {
 public:
  FluReader();
  ~FluReader();
  FluReader(const FluReader&) = delete;
  FluReader& operator=(const FluReader&) = delete;

  // Where the next bytes are to be read to: at least `wanted` bytes of room. Then commit() what
  // came.
  std::span<std::uint8_t> prepare(std::size_t wanted);
  void commit(std::size_t count);
  void feed(Bytes bytes);  // prepare, copy, commit

  // nullopt: more bytes are needed. The error names the offset in the stream and the box. Tracks of
  // a codec that we do not know are left out of TracksChanged and their fragments passed over.
  Result<std::optional<StreamUnit>> next();

  // Every timestamp is in 90 kHz ticks. True when the first moov carries flu's own brand, so that
  // times are UTC; else they are the writer's own and need a Timeline.
  [[nodiscard]] bool is_flu() const;
  [[nodiscard]] std::uint64_t position() const;

 private:
  class Impl;
  std::unique_ptr<Impl> impl_;
};

// Writes the boxes of a flu stream. Pure: appends to the caller's buffer. Payload bytes are not
// copied: fragment_header() ends with the mdat's header, the caller sends the payload after it.
class FluWriter {
 public:
  // ftyp, moov, FLU-HEAD, primer: at the start and whenever the tracks change. `first` is the
  // decode time that follows, where it is known; stock players set their clock by the primer.
  void start(const StreamHead& head, const media::Tracks& tracks, Buffer& out,
             std::optional<media::Timestamp> first = std::nullopt);

  // [prft][FLU-FRAG] moof + mdat header for samples of one track whose bytes follow each other: the
  // payload is as long as the sum of the sizes. `samples` is never empty; offsets are not used.
  void fragment_header(std::uint32_t track_id, std::span<const SampleEntry> samples,
                       const FragmentInfo* info, const ProducerTime* producer_time, Buffer& out);

  // emsg v1; false, and nothing written, when it would be larger than a reader takes.
  bool event(const media::Event& event, Buffer& out);
  void end(Buffer& out);  // styp lmsg

 private:
  struct KnownTrack {
    std::uint32_t id = 0;
    std::uint32_t default_duration = 0;
    std::uint32_t default_flags = 0;
  };

  std::uint32_t sequence_ = 0;
  std::vector<KnownTrack> tracks_;
};

}  // namespace flu::container
