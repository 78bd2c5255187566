// Tested by tests/unit/container/mpegts/ts_writer_test.cpp
#include "libcommon/container/mpegts/ts_muxer.h"

#include <algorithm>
#include <utility>

#include <fmt/format.h>

#include "libcommon/container/mpegts/es_writer.h"
#include "libcommon/container/mpegts/scte35.h"

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

TsMuxer::TsMuxer(media::Tracks tracks, TsWriterOptions options)
    : options_(std::move(options)), splices_{options_.splice_pid, 0} {
  use_tracks(std::move(tracks));
}

void TsMuxer::set_tracks(media::Tracks tracks, std::map<std::uint32_t, std::uint16_t> track_pids) {
  options_.track_pids = std::move(track_pids);
  use_tracks(std::move(tracks));
}

void TsMuxer::use_tracks(media::Tracks tracks) {
  tracks_ = std::move(tracks);
  const media::Track* main = media::main_track(tracks_);
  main_ = main == nullptr ? 0 : static_cast<std::size_t>(main - tracks_.data());
  last_main_.reset();
  status_ = make_lanes();
  if (status_) status_ = make_tables();
}

void TsMuxer::set_service(const std::string& name, const std::string& provider) {
  if (name == options_.service_name && provider == options_.provider) return;
  options_.service_name = name;
  options_.provider = provider;
  if (status_) status_ = make_tables();
}

void TsMuxer::announce_splices() {
  if (has_splices_) return;
  has_splices_ = true;
  if (status_) status_ = make_tables();
}

// By its id, which is the same for the stream's life: a PID that is video after it was audio,
// because other tracks came or went, is not followed by players.
std::uint64_t TsMuxer::pid_of(const media::Track& track) const {
  const auto known = options_.track_pids.find(track.id);
  return known != options_.track_pids.end() ? known->second
                                            : std::uint64_t{options_.first_pid} + track.id - 1;
}

Result<void> TsMuxer::make_lanes() {
  if (tracks_.empty()) return fail(ErrorCode::kInvalidArgument, "MPEG-TS of no tracks");
  for (const Lane& lane : lanes_) retired_.push_back(lane.pid);
  lanes_.clear();
  for (const media::Track& track : tracks_) {
    const std::uint64_t pid = pid_of(track);
    const bool is_free = pid >= kFirstFreePid && pid < kNullPid && pid != options_.pmt_pid &&
                         pid != options_.splice_pid && pid != options_.sdt_pid;
    if (!is_free) {
      return fail(ErrorCode::kInvalidArgument,
                  fmt::format("PID {:#x} of track {}: expected {:#x} to {:#x}, not that of the "
                              "PMT, the SDT or SCTE-35",
                              pid, track.id, kFirstFreePid, kNullPid - 1));
    }
    Lane lane{{static_cast<std::uint16_t>(pid), 0}, false};
    const auto before = std::find_if(retired_.begin(), retired_.end(),
                                     [&](const OutPid& old) { return old.pid == lane.pid.pid; });
    if (before != retired_.end()) {
      lane.pid = *before;
      retired_.erase(before);
    }
    lanes_.push_back(lane);
  }
  for (const std::uint16_t table : {options_.pmt_pid, options_.splice_pid}) {
    if (table < kFirstFreePid || table >= kNullPid) {
      return fail(ErrorCode::kInvalidArgument,
                  fmt::format("PID {:#x} of the PMT or of SCTE-35: expected {:#x} to {:#x}", table,
                              kFirstFreePid, kNullPid - 1));
    }
  }
  return {};
}

Pmt TsMuxer::pmt() const {
  Pmt pmt;
  pmt.program = options_.program;
  pmt.pcr_pid = lanes_[main_].pid.pid;
  for (std::size_t i = 0; i < tracks_.size(); ++i) {
    pmt.streams.push_back(stream_of_track(tracks_[i], lanes_[i].pid.pid));
  }
  if (has_splices_) {
    // SCTE 35 8.1: the program says CUEI.
    pmt.descriptors = registration_descriptor("CUEI");
    pmt.streams.push_back({static_cast<std::uint8_t>(StreamType::kScte35), splices_.pid, {}});
  }
  return pmt;
}

// `write` makes the section of a given version: that of the table as it is, or the next one where
// it says something else.
template <typename Write>
Result<void> TsMuxer::set_table(std::uint16_t pid, Write&& write) {
  const auto known = std::find_if(tables_.begin(), tables_.end(),
                                  [&](const Table& table) { return table.pid.pid == pid; });
  if (known == tables_.end()) {
    FLU_TRY_ASSIGN(Buffer section, write(std::uint8_t{0}));
    tables_.push_back({{pid, 0}, std::move(section), 0});
    return {};
  }
  FLU_TRY_ASSIGN(const Buffer same, write(known->version));
  if (same == known->section) return {};
  known->version = static_cast<std::uint8_t>((known->version + 1) % kVersions);
  FLU_TRY_ASSIGN(known->section, write(known->version));
  last_tables_.reset();  // due at once
  are_tables_fresh_ = false;
  return {};
}

Result<void> TsMuxer::make_tables() {
  FLU_TRY(set_table(kPatPid, [&](std::uint8_t version) {
    Pat pat;
    pat.version = version;
    pat.transport_stream = kTransportStream;
    pat.programs = {{options_.program, options_.pmt_pid}};
    return write_pat(pat);
  }));
  Pmt now = pmt();
  FLU_TRY(set_table(options_.pmt_pid, [&](std::uint8_t version) {
    now.version = version;
    return write_pmt(now);
  }));
  if (options_.service_name.empty() && options_.provider.empty()) return {};
  const bool has_video = tracks_[main_].kind == media::TrackKind::kVideo;
  const SdtService service{options_.program, has_video ? kTelevision : kRadio,
                           options_.service_name, options_.provider};
  return set_table(options_.sdt_pid, [&](std::uint8_t version) {
    return write_sdt(kTransportStream, {service}, version);
  });
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
  append_pes_header(track, first.dts, first.cts, pes_.own());
  for (const SampleView& sample : unit.samples) {
    FLU_TRY(append_es(track, sample.data, sample.is_key, pes_));
  }
  FLU_TRY(set_pes_length(track, unit.can_omit_length, pes_));

  const bool is_main = unit.track == main_;
  write_due(first, is_main, out);
  const PacketMarks marks = marks_of(first, unit.track);
  OutPid& pid = lanes_[unit.track].pid;
  if (!unit.is_last) {
    write_unit(pid, Pieces::Reader(pes_), pes_.size(), marks, 0, out);
    return {};
  }
  const std::size_t packets = packets_of(pes_.size(), marks);
  const std::size_t extra = (16 - (pid.continuity + packets) % 16) % 16;
  const bool can_stretch = pes_.size() >= packets + extra;
  write_unit(pid, Pieces::Reader(pes_), pes_.size(), marks, can_stretch ? extra : 0, out);
  if (!can_stretch) write_padding(pid, out);
  return {};
}

void TsMuxer::mark_discontinuity(std::size_t track) {
  if (track < lanes_.size()) lanes_[track].is_broken = true;
}

void TsMuxer::write_resumption(media::Timestamp dts, Buffer& out) {
  if (!status_) return;
  PacketMarks marks;
  marks.is_discontinuous = true;
  for (const Table& table : tables_) write_bare_packet(table.pid, marks, out);
  if (has_splices_) write_bare_packet(splices_, marks, out);
  for (std::size_t i = 0; i < lanes_.size(); ++i) {
    PacketMarks of_lane = marks;
    // The sample's own PCR is next, and later.
    if (i == main_) of_lane.pcr = static_cast<std::uint64_t>((dts - kPcrDelay).count() - 1);
    write_bare_packet(lanes_[i].pid, of_lane, out);
  }
}

void TsMuxer::write_splice(Bytes section, Buffer& out) {
  announce_splices();
  if (!status_) return;
  if (!last_tables_ && !are_tables_fresh_) write_tables(out);
  write_section(splices_, section, out);
}

// Tables, and a PCR where the main track's next sample is too far away.
void TsMuxer::write_due(const SampleView& sample, bool is_main, Buffer& out) {
  const bool is_entry = is_main && sample.is_key && tracks_[main_].kind == media::TrackKind::kVideo;
  if (!are_tables_fresh_ && (is_entry || is_due(last_tables_, sample.dts))) write_tables(out);
  if (are_tables_fresh_) last_tables_ = sample.dts;
  are_tables_fresh_ = false;

  // ISO 13818-1 2.4.3.5: the first PCR of another time base comes with the main track's sample.
  if (is_main || !last_pcr_ || !last_main_ || lanes_[main_].is_broken) return;
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
  write_bare_packet(lanes_[main_].pid, marks, out);
  last_pcr_ = pcr;
}

PacketMarks TsMuxer::marks_of(const SampleView& sample, std::size_t track) {
  PacketMarks marks;
  const bool is_main = track == main_;
  marks.is_random_access =
      sample.is_key && (is_main || tracks_[track].kind == media::TrackKind::kVideo);
  marks.is_discontinuous = std::exchange(lanes_[track].is_broken, false);
  if (!is_main) return marks;
  // A PCR never goes back, unless the times themselves do: then another clock begins.
  const media::Timestamp pcr = sample.dts - kPcrDelay;
  const bool is_back = last_pcr_ && pcr <= *last_pcr_;
  if (!marks.is_discontinuous && is_back && last_main_ && sample.dts >= *last_main_) return marks;
  marks.is_discontinuous = marks.is_discontinuous || is_back;
  marks.pcr = static_cast<std::uint64_t>(pcr.count()) & kTimestampMask;
  last_pcr_ = pcr;
  last_main_ = sample.dts;
  return marks;
}

void TsMuxer::align_tables(Buffer& out) {
  for (Table& table : tables_) {
    while (table.pid.continuity != 0) write_section(table.pid, table.section, out);
  }
  const Buffer nothing = make_splice_null();
  while (splices_.continuity != 0) write_section(splices_, nothing, out);
}

void TsMuxer::align_tracks(Buffer& out) {
  for (Lane& lane : lanes_) write_padding(lane.pid, out);
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
