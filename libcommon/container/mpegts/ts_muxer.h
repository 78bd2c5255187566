#pragma once

#include <cstdint>
#include <map>
#include <optional>
#include <span>
#include <string>
#include <vector>

#include "libcommon/base/bytes.h"
#include "libcommon/base/result.h"
#include "libcommon/container/mpegts/packetizer.h"
#include "libcommon/container/mpegts/psi.h"
#include "libcommon/container/mpegts/ts_writer.h"
#include "libcommon/media/track.h"

namespace flu::container::mpegts {

// PCR = dts less this: how long before its decoding a picture arrives. What ffmpeg writes unasked,
// so every player copes with it; it covers audio and video that lie apart in a live stream.
inline constexpr media::Ticks kPcrDelay{63'000};  // 700 ms

// Tables and PES packets of a program, which TsWriter and mux_ts_segment() have in common.
class TsMuxer {
 public:
  TsMuxer(media::Tracks tracks, TsWriterOptions options);

  // As TsWriter's.
  void set_tracks(media::Tracks tracks, std::map<std::uint32_t, std::uint16_t> track_pids);
  void set_service(const std::string& name, const std::string& provider);
  void mark_discontinuity(std::size_t track);
  void write_resumption(media::Timestamp dts, Buffer& out);

  // The PMT names the PID of SCTE-35 from here on; write_splice() does it where it was not done.
  void announce_splices();
  void write_splice(Bytes section, Buffer& out);

  // Whether tables could be made of the tracks.
  [[nodiscard]] const Result<void>& status() const { return status_; }

  [[nodiscard]] const media::Tracks& tracks() const { return tracks_; }
  [[nodiscard]] std::optional<std::size_t> index_of(std::uint32_t track_id) const;

  struct Unit {
    std::size_t track = 0;                // index
    std::span<const SampleView> samples;  // several: audio that follows without a gap
    bool is_last = false;                 // of its track: stretched to a multiple of 16
    bool can_omit_length = false;
  };
  // One PES packet, with the tables and the PCR that are due before it.
  Result<void> write(const Unit& unit, Buffer& out);

  void write_tables(Buffer& out);

  // Tables (and splice_null) again until their PIDs stand at a multiple of 16 packets; padding on
  // the others.
  void align_tables(Buffer& out);
  void align_tracks(Buffer& out);

  // What a PES packet of this many bytes takes at most, everything due before it included.
  [[nodiscard]] std::size_t max_bytes(std::size_t track, std::size_t samples,
                                      std::size_t bytes) const;

 private:
  struct Table {
    OutPid pid;
    Buffer section;
    std::uint8_t version = 0;
  };
  // A track's PID.
  struct Lane {
    OutPid pid;
    bool is_broken = false;  // its next packet says so
  };

  void use_tracks(media::Tracks tracks);
  [[nodiscard]] std::uint64_t pid_of(const media::Track& track) const;
  Result<void> make_lanes();
  Result<void> make_tables();
  [[nodiscard]] Pmt pmt() const;
  template <typename Write>
  Result<void> set_table(std::uint16_t pid, Write&& write);
  void write_due(const SampleView& sample, bool is_main, Buffer& out);
  PacketMarks marks_of(const SampleView& sample, std::size_t track);

  media::Tracks tracks_;
  std::size_t main_ = 0;
  TsWriterOptions options_;
  std::vector<Lane> lanes_;      // in the order of tracks_
  std::vector<OutPid> retired_;  // PIDs of earlier tracks, where their counters stand
  std::vector<Table> tables_;
  OutPid splices_;
  bool has_splices_ = false;
  Result<void> status_;

  bool are_tables_fresh_ = false;
  std::optional<media::Timestamp> last_tables_;
  std::optional<media::Timestamp> last_pcr_;
  std::optional<media::Timestamp> last_main_;
  Pieces pes_;
};

}  // namespace flu::container::mpegts
