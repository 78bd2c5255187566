#pragma once

#include <cstdint>
#include <memory>
#include <optional>

#include "libcommon/base/bytes.h"
#include "libcommon/media/sample.h"
#include "libcommon/media/track.h"

namespace flu::codec {

// The times of a PES packet or RTP access unit, in the source's timeline, unwrapped. They belong
// to the first access unit that begins in the payload.
struct EsTimes {
  std::optional<media::Timestamp> pts;
  std::optional<media::Timestamp> dts;  // pts where only that is given
};

struct FramerCounters {
  std::uint64_t frames = 0;
  std::uint64_t bad_frames = 0;     // dropped because they could not be parsed
  std::uint64_t skipped_bytes = 0;  // before the first frame, or between frames
};

// Turns the bytes of one elementary stream into samples and a track description. Pure: bytes and
// times in, samples out. Never fails on bad bytes: it counts them and finds the next frame.
class Framer {
 public:
  virtual ~Framer() = default;

  // The payload of one PES packet. Cheap to call; the payload is copied where it must be kept.
  virtual void feed(Bytes payload, const EsTimes& times) = 0;

  // Bytes were lost in front of what comes next: an unfinished frame is dropped.
  virtual void note_loss() = 0;

  // No more bytes come: what is complete but held for lack of a successor comes out.
  virtual void flush() = 0;

  // The next sample in decoding order; track_id is 0. Nothing comes out before the format is known
  // and, for video, before the first key frame.
  virtual std::optional<media::Sample> next() = 0;

  // The track (id 0, language "und") once the stream described itself. `format_revision` changes
  // with every change of it, in step with next(): it describes the sample that next() gave last.
  [[nodiscard]] virtual const std::optional<media::Track>& format() const = 0;
  [[nodiscard]] virtual std::uint32_t format_revision() const = 0;

  [[nodiscard]] virtual const FramerCounters& counters() const = 0;
};

// How AAC comes in MPEG-TS: ADTS is stream_type 0x0F, LATM/LOAS is 0x11.
enum class AacTransport { kAdts, kLatm };

// `config` is what the container said (a PMT descriptor's body), else empty.
std::unique_ptr<Framer> make_framer(media::CodecId codec, Bytes config = {},
                                    AacTransport aac = AacTransport::kAdts);

}  // namespace flu::codec
