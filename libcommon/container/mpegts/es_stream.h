#pragma once

#include <cstdint>
#include <memory>
#include <optional>

#include "libcommon/base/bytes.h"
#include "libcommon/codec/framer.h"
#include "libcommon/container/mpegts/es_info.h"
#include "libcommon/container/mpegts/pes.h"
#include "libcommon/container/mpegts/track_gate.h"
#include "libcommon/container/mpegts/unwrap.h"

namespace flu::container::mpegts {

// What the elementary streams of a program have in common.
struct ProgramState {
  TsCounters counters;
  TrackGate gate;
  Unwrapper unwrapper;
  std::optional<std::uint64_t> pcr;  // 90 kHz, as it stands there

  // The system time clock as of the last PCR in the timeline of the samples; where there is none,
  // or one that has nothing to do with them, the last time of the main stream.
  [[nodiscard]] std::optional<media::Timestamp> now() const;
};

// One PID of audio, video or subtitles: packet payloads in, samples into the gate.
class EsStream {
 public:
  EsStream(EsInfo info, const ExpectedTrack& track, ProgramState& program);

  [[nodiscard]] const EsInfo& info() const { return info_; }
  [[nodiscard]] const ExpectedTrack& track() const { return track_; }

  // The PMT says something new of the same coding, such as the language.
  void update(EsInfo info);

  // The main stream's times are those that others are placed beside.
  void set_main(bool is_main) { is_main_ = is_main; }

  // Subtitles are described by the PMT alone.
  void describe();

  void on_payload(Bytes payload, bool starts_unit);
  void on_loss();

  // A packet with the continuity counter of the one before: sent twice?
  [[nodiscard]] bool is_repeated(Bytes payload, bool starts_unit) const;

  // The end of the input, or of this stream in it.
  void flush();

 private:
  void hand_over();
  void drain();
  codec::EsTimes unwrap(const PesTimes& times);
  codec::EsTimes subtitle_times(const PesTimes& times);

  EsInfo info_;
  ExpectedTrack track_;
  ProgramState* program_;
  PesAssembler pes_;
  std::unique_ptr<codec::Framer> framer_;
  std::optional<std::uint32_t> described_revision_;
  Unwrapper::Last last_time_;
  std::optional<media::Timestamp> last_subtitle_;
  bool is_main_ = false;
};

}  // namespace flu::container::mpegts
