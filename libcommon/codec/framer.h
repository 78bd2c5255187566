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
  //
  // Video and audio may also come in pieces cut anywhere (the payload of each TS packet): the times
  // with the first piece of a PES packet, none with the others; the samples are the same. This is
  // the way of the least delay and needs no copy of the PES packet. Subtitles (one sample a PES
  // packet) must come whole.
  //
  // A video access unit is complete when the next one is seen to begin: at its delimiter, its first
  // parameter set or SEI, or the first 64 bytes of its first slice. Nothing earlier is certain, for
  // an access unit may go on in the next PES packet. An audio frame comes out with its last byte.
  virtual void feed(Bytes payload, const EsTimes& times) = 0;

  // Bytes were lost in front of what comes next: an unfinished frame is dropped.
  virtual void note_loss() = 0;

  // No more bytes come, or the caller knows that an access unit ends here (RTP's marker bit): what
  // is held for lack of a successor comes out. More may be fed afterwards.
  virtual void flush() = 0;

  // The next sample in decoding order; track_id is 0. Nothing comes out before the format is known
  // and, for video, before the first key frame.
  virtual std::optional<media::Sample> next() = 0;

  // The track (id 0, language "und") once the stream described itself. `format_revision` changes
  // with every change of it, in step with next(): it describes the sample that next() gave last;
  // before the first, the sample that next() will give first. 0: no format yet.
  //
  // Video: a new picture parameter set alone changes nothing, since every key frame carries its
  // own; neither do fields of an MPEG-2 sequence header that concern no decoder's set-up.
  [[nodiscard]] virtual const std::optional<media::Track>& format() const = 0;
  [[nodiscard]] virtual std::uint32_t format_revision() const = 0;

  [[nodiscard]] virtual const FramerCounters& counters() const = 0;
};

// How AAC comes in MPEG-TS: ADTS is stream_type 0x0F, LATM/LOAS is 0x11.
enum class AacTransport { kAdts, kLatm };

// `config` is what the container said (a PMT descriptor's body), else empty: for Opus the extension
// descriptor's (0x80, channel_config_code), for subtitles what Track::config holds. kMp2 and kMp3
// are one framer, kAc3 and kEac3 another: the stream itself says which it is. Null for kWebVtt,
// which no elementary stream is.
std::unique_ptr<Framer> make_framer(media::CodecId codec, Bytes config = {},
                                    AacTransport aac = AacTransport::kAdts);

}  // namespace flu::codec
