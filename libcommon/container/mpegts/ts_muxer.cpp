// Tested by tests/unit/container/mpegts/ts_writer_test.cpp
#include "libcommon/container/mpegts/ts_muxer.h"

#include <algorithm>
#include <utility>

#include <fmt/format.h>

#include "libcommon/container/mpegts/es_writer.h"

namespace flu::container::mpegts {
namespace {

constexpr std::uint16_t kTransportStream = 1;  // transport_stream_id
constexpr std::uint8_t kTelevision = 1;        // service_type, ETSI EN 300 468 table 87
constexpr std::uint8_t kRadio = 2;
constexpr media::Ticks kTableInterval{36'000};  // 400 ms
constexpr media::Ticks kPcrInterval{3'600};     // 40 ms, ETSI TR 101 290 2.3
constexpr media::Ticks kMaxPcrInterval{9'000};  // 100 ms, ISO 13818-1 2.7.2
// How far the main track may be thought to go on when it does not say how long a sample is.
constexpr media::Ticks kUnknownDuration{90'000};

bool is_due(const std::optional<media::Timestamp>& last, media::Timestamp now) {
  return !last || now - *last >= kTableInterval || *last - now >= kTableInterval;
}

}  // namespace

TsMuxer::TsMuxer(media::Tracks tracks, const TsWriterOptions& options)
    : tracks_(std::move(tracks)) {
  const media::Track* main = media::main_track(tracks_);
  if (main != nullptr) main_ = static_cast<std::size_t>(main - tracks_.data());
  status_ = make_tables(options);
}

Result<void> TsMuxer::make_tables(const TsWriterOptions& options) {
  if (tracks_.empty()) return fail(ErrorCode::kInvalidArgument, "MPEG-TS of no tracks");
  std::uint32_t pid = options.first_pid;
  for (std::size_t i = 0; i < tracks_.size(); ++i, ++pid) {
    if (pid == options.pmt_pid) ++pid;
    if (pid < kFirstFreePid || pid >= kNullPid) {
      return fail(ErrorCode::kInvalidArgument,
                  fmt::format("PID {:#x} of track {}: expected {:#x} to {:#x}", pid, tracks_[i].id,
                              kFirstFreePid, kNullPid - 1));
    }
    pids_.push_back({static_cast<std::uint16_t>(pid), 0});
  }
  if (options.pmt_pid < kFirstFreePid || options.pmt_pid >= kNullPid) {
    return fail(ErrorCode::kInvalidArgument,
                fmt::format("PID {:#x} of the PMT: expected {:#x} to {:#x}", options.pmt_pid,
                            kFirstFreePid, kNullPid - 1));
  }

  Pat pat;
  pat.transport_stream = kTransportStream;
  pat.programs = {{options.program, options.pmt_pid}};
  FLU_TRY_ASSIGN(Buffer pat_section, write_pat(pat));

  Pmt pmt;
  pmt.program = options.program;
  pmt.pcr_pid = pids_[main_].pid;
  for (std::size_t i = 0; i < tracks_.size(); ++i) {
    pmt.streams.push_back(stream_of_track(tracks_[i], pids_[i].pid));
  }
  FLU_TRY_ASSIGN(Buffer pmt_section, write_pmt(pmt));

  tables_.push_back({{kPatPid, 0}, std::move(pat_section)});
  tables_.push_back({{options.pmt_pid, 0}, std::move(pmt_section)});
  if (options.service_name.empty() && options.provider.empty()) return {};
  const bool has_video = tracks_[main_].kind == media::TrackKind::kVideo;
  const SdtService service{options.program, has_video ? kTelevision : kRadio, options.service_name,
                           options.provider};
  FLU_TRY_ASSIGN(Buffer sdt_section, write_sdt(kTransportStream, {service}));
  tables_.push_back({{kSdtPid, 0}, std::move(sdt_section)});
  return {};
}

std::optional<std::size_t> TsMuxer::index_of(std::uint32_t track_id) const {
  for (std::size_t i = 0; i < tracks_.size(); ++i) {
    if (tracks_[i].id == track_id) return i;
  }
  return std::nullopt;
}

void TsMuxer::write_tables(Buffer& out) {
  for (Table& table : tables_) write_section(table.pid, table.section, out);
  are_tables_fresh_ = true;
}

Result<void> TsMuxer::write(const Unit& unit, Buffer& out) {
  FLU_TRY(status_);
  const media::Track& track = tracks_[unit.track];
  const SampleView& first = unit.samples.front();
  pes_.clear();
  append_pes_header(track, first.dts, first.cts, pes_);
  for (const SampleView& sample : unit.samples) {
    FLU_TRY(append_es(track, sample.data, sample.is_key, pes_));
  }
  FLU_TRY(set_pes_length(track, unit.can_omit_length, pes_));

  const bool is_main = unit.track == main_;
  write_due(first, is_main, out);
  const PacketMarks marks = marks_of(first, unit.track);
  OutPid& pid = pids_[unit.track];
  if (!unit.is_last) {
    write_unit(pid, pes_, marks, 0, out);
    return {};
  }
  const std::size_t packets = packets_of(pes_.size(), marks);
  const std::size_t extra = (16 - (pid.continuity + packets) % 16) % 16;
  const bool can_stretch = pes_.size() >= packets + extra;
  write_unit(pid, pes_, marks, can_stretch ? extra : 0, out);
  if (!can_stretch) write_padding(pid, out);
  return {};
}

// Tables, and a PCR where the main track's next sample is too far away.
void TsMuxer::write_due(const SampleView& sample, bool is_main, Buffer& out) {
  const bool is_entry = is_main && sample.is_key && tracks_[main_].kind == media::TrackKind::kVideo;
  if (!are_tables_fresh_ && (is_entry || is_due(last_tables_, sample.dts))) write_tables(out);
  if (are_tables_fresh_) last_tables_ = sample.dts;
  are_tables_fresh_ = false;

  if (is_main || !last_pcr_ || !last_main_) return;
  const media::Ticks nominal = tracks_[main_].nominal_duration;
  const media::Timestamp main_next =
      *last_main_ + (nominal.count() > 0 ? nominal : kUnknownDuration);
  if (nominal.count() > 0 && nominal <= kPcrInterval) return;
  const media::Timestamp pcr = sample.dts - kPcrDelay;
  // Where the main track alone breaks the limit, every chance is taken.
  const media::Ticks shortest = nominal > kMaxPcrInterval ? media::Ticks{1} : kPcrInterval;
  if (sample.dts >= main_next || pcr - *last_pcr_ < shortest) return;
  PacketMarks marks;
  marks.pcr = static_cast<std::uint64_t>(pcr.count()) & kTimestampMask;
  write_pcr_packet(pids_[main_], marks, out);
  last_pcr_ = pcr;
}

PacketMarks TsMuxer::marks_of(const SampleView& sample, std::size_t track) {
  PacketMarks marks;
  const bool is_main = track == main_;
  marks.is_random_access =
      sample.is_key && (is_main || tracks_[track].kind == media::TrackKind::kVideo);
  if (!is_main) return marks;
  // A PCR never goes back, unless the times themselves do: then another clock begins.
  const media::Timestamp pcr = sample.dts - kPcrDelay;
  const bool is_back = last_pcr_ && pcr <= *last_pcr_;
  if (is_back && last_main_ && sample.dts >= *last_main_) return marks;
  marks.is_discontinuous = is_back;
  marks.pcr = static_cast<std::uint64_t>(pcr.count()) & kTimestampMask;
  last_pcr_ = pcr;
  last_main_ = sample.dts;
  return marks;
}

void TsMuxer::align_tables(Buffer& out) {
  for (Table& table : tables_) {
    while (table.pid.continuity != 0) write_section(table.pid, table.section, out);
  }
}

void TsMuxer::align_tracks(Buffer& out) {
  for (OutPid& pid : pids_) write_padding(pid, out);
}

std::size_t TsMuxer::max_bytes(std::size_t track, std::size_t samples, std::size_t bytes) const {
  // PES header; in front of each sample at most a delimiter and the parameter sets, or 40 bytes of
  // Opus header; PCR; 15 packets of stretching; tables.
  const std::size_t unit = 64 + samples * 48 + tracks_[track].config.size() * 2 + bytes;
  std::size_t tables = 0;
  for (const Table& table : tables_) tables += table.section.size() / 184 + 1;
  return (unit / 184 + 3 + tables) * kPacketSize;
}

}  // namespace flu::container::mpegts
