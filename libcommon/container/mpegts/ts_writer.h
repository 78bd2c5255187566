#pragma once

#include <cstdint>
#include <map>
#include <memory>
#include <span>
#include <string>

#include "libcommon/base/bytes.h"
#include "libcommon/base/result.h"
#include "libcommon/media/sample.h"
#include "libcommon/media/track.h"

namespace flu::container {

struct TsWriterOptions {
  std::uint16_t pmt_pid = 0x1000;
  std::uint16_t sdt_pid = 0x11;
  std::uint16_t first_pid = 0x100;  // of the track with id 1; the others by their ids
  std::map<std::uint32_t, std::uint16_t> track_pids;  // by id: tracks that have another
  std::uint16_t program = 1;
  std::uint16_t splice_pid = 0x200;  // of SCTE-35, where there is any
  std::string service_name;          // SDT; none is written where both are empty
  std::string provider;
};

// A sample whose bytes somebody else owns.
struct SampleView {
  std::uint32_t track_id = 0;
  media::Timestamp dts{0};
  media::Ticks cts{0};
  bool is_key = false;
  Bytes data;
};

// Samples to MPEG-TS (ISO 13818-1), one PES packet each. PAT and PMT at the start, before each key
// frame of the main video track and at least every 400 ms of media time; PCR (dts less 700 ms) on
// the main track's PID at most 40 ms apart where the samples allow it; AUD in front of every H.264
// and HEVC picture. 33-bit times are UTC x 90000 mod 2^33. SCTE-35 has a PID of its own, which the
// PMT names from the first event on.
class TsWriter {
 public:
  explicit TsWriter(media::Tracks tracks, const TsWriterOptions& options = {});
  ~TsWriter();

  // Other tracks, or another name, from here on: continuity counters go on, and a table that says
  // something else is the next version.
  void set_tracks(media::Tracks tracks, std::map<std::uint32_t, std::uint16_t> track_pids = {});
  void set_service(const std::string& name, const std::string& provider);

  // The next packet of the track's PID says discontinuity_indicator, on the main track's with a
  // PCR: another system time base begins (ISO 13818-1 2.4.3.5).
  void mark_discontinuity(std::uint32_t track_id);
  void mark_discontinuity();  // of all tracks

  // A packet without payload for each PID, with discontinuity_indicator and the counter that the
  // PID's next packet goes on from; a PCR on the main track's. For who missed what lies before
  // the next sample, which is decoded at `dts`.
  void write_resumption(media::Timestamp dts, Buffer& out);

  // SCTE-35 alone, its pts_adjustment made for the times of this stream. False, and nothing
  // written: another scheme, or a section that cannot be carried on (retime_splice_info()).
  bool write_event(const media::Event& event, Buffer& out);

  // PAT, PMT (and SDT): a segment or a joining client begins with them.
  void write_tables(Buffer& out);
  Result<void> write(const SampleView& sample, Buffer& out);

  // Brings each PID's count of payload packets to a multiple of 16, so that the next may begin with
  // continuity counter 0: the tables again, padding_stream on the others. mux_ts_segment() does it
  // without padding, which hls.js takes for a PES packet with times.
  void align_continuity(Buffer& out);

 private:
  class Impl;
  std::unique_ptr<Impl> impl_;
};

// One whole HLS segment: tables, all samples in order of dts (ties by track order), audio frames
// that follow each other gathered to PES packets of up to 100 ms. The last PES packet of each PID
// is stretched to a multiple of 16 payload packets (docs/design.md, "same bytes everywhere"). A
// pure function of its arguments, whatever the order of `samples`. Samples of tracks that are not
// in `tracks` are left out. SCTE-35 events stand at the beginning, or at their time where they have
// no other (at once); only with such events the PMT names their PID, and then it is of version 1.
Result<Buffer> mux_ts_segment(const media::Tracks& tracks, std::span<const SampleView> samples,
                              const TsWriterOptions& options = {},
                              std::span<const media::Event> events = {});

}  // namespace flu::container
