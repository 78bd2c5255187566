#include "libcommon/container/mpegts/ts_reader.h"

#include <algorithm>
#include <array>
#include <map>
#include <utility>

#include "libcommon/container/mpegts/es_info.h"
#include "libcommon/container/mpegts/es_stream.h"
#include "libcommon/container/mpegts/limits.h"
#include "libcommon/container/mpegts/program_finder.h"
#include "libcommon/container/mpegts/psi.h"
#include "libcommon/container/mpegts/scte35.h"
#include "libcommon/container/mpegts/sync.h"
#include "libcommon/container/mpegts/ts_packet.h"

namespace flu::container {

using namespace mpegts;  // NOLINT(google-build-using-namespace): this file is its front

class TsReader::Impl {
 public:
  explicit Impl(TsReaderOptions options);

  void feed(Bytes bytes);
  void flush();
  std::optional<media::Unit> next() { return program_.gate.next(); }
  [[nodiscard]] const TsCounters& counters() const { return program_.counters; }
  [[nodiscard]] bool has_program() const { return pmt_crc_.has_value(); }

 private:
  enum class Use : std::uint8_t { kNone, kPat, kPmt, kStream, kSplice };

  struct PidState {
    std::uint8_t continuity = kNoContinuity;
    Use use = Use::kNone;
    std::uint16_t index = 0;  // in pmts_, streams_ or splices_
  };
  static constexpr std::uint8_t kNoContinuity = 0xFF;

  struct SectionPid {
    std::uint16_t pid = 0;
    SectionAssembler sections;
  };

  enum class Continuity { kFine, kRepeated, kLost };

  void on_packet(PacketBytes bytes);
  Continuity check_continuity(PidState& state);
  void on_lost(const PidState& state);
  void on_sections(SectionAssembler& sections, const PidState& state);
  void on_pat(Bytes section);
  void on_pmt(Bytes section, std::uint16_t pid);
  void on_splice(Bytes section);
  void note_pcr();

  [[nodiscard]] std::vector<EsInfo> wanted_streams(const Pmt& pmt) const;
  void look_for_pmts();
  void use_program(const Pmt& pmt, std::vector<EsInfo> infos);
  void route();
  ExpectedTrack track_of(const EsInfo& info);
  [[nodiscard]] std::uint32_t free_id() const;
  void forget_pids(const std::vector<EsInfo>& infos);

  TsReaderOptions options_;
  ProgramState program_;
  PacketSync sync_{program_.counters};
  ProgramFinder finder_;
  std::array<PidState, kPidCount> pids_{};
  TsPacket packet_;

  SectionPid pat_{kPatPid, {}};
  std::vector<SectionPid> pmts_;
  std::vector<SectionPid> splices_;
  std::vector<std::unique_ptr<EsStream>> streams_;

  std::optional<std::uint32_t> pmt_crc_;  // of the PMT in use
  std::optional<std::uint16_t> pcr_pid_;
  Unwrapper::Last splice_time_;
  struct KnownPid {
    std::uint32_t id = 0;
    std::uint32_t generation = 0;
  };
  std::map<std::uint16_t, KnownPid> known_pids_;  // a PID keeps its track id
};

TsReader::Impl::Impl(TsReaderOptions options)
    : options_(std::move(options)), finder_(options_.program) {
  pids_[kPatPid].use = Use::kPat;
}

void TsReader::Impl::feed(Bytes bytes) {
  sync_.feed(bytes, [this](PacketBytes packet) { on_packet(packet); });
}

void TsReader::Impl::flush() {
  sync_.flush([this](PacketBytes packet) { on_packet(packet); });
  for (const auto& stream : streams_) stream->flush();
  program_.gate.flush();
}

void TsReader::Impl::on_packet(PacketBytes bytes) {
  TsCounters& counters = program_.counters;
  ++counters.packets;
  const bool is_whole = parse_packet_fast(bytes, packet_);
  if (packet_.has_error || !is_whole) {
    ++counters.transport_errors;
    return;
  }
  if (packet_.pid == kNullPid) return;
  if (packet_.pcr) note_pcr();

  PidState& state = pids_[packet_.pid];
  const Continuity continuity = check_continuity(state);
  if (packet_.is_scrambled) {
    ++counters.scrambled;
    if (packet_.has_payload && continuity != Continuity::kRepeated) on_lost(state);
    return;
  }
  if (continuity == Continuity::kLost) on_lost(state);
  if (!packet_.has_payload || continuity == Continuity::kRepeated) return;

  switch (state.use) {
    case Use::kNone: return;
    case Use::kStream:
      streams_[state.index]->on_payload(packet_.payload, packet_.starts_unit);
      return;
    case Use::kPat: return on_sections(pat_.sections, state);
    case Use::kPmt: return on_sections(pmts_[state.index].sections, state);
    case Use::kSplice: return on_sections(splices_[state.index].sections, state);
  }
}

// ISO 13818-1 2.4.3.3: the counter goes up by one with each packet that has a payload; a packet may
// be sent twice.
TsReader::Impl::Continuity TsReader::Impl::check_continuity(PidState& state) {
  if (!packet_.has_payload) {
    // 2.4.3.5: a break may be told without a payload; the counter goes on from this one.
    if (!packet_.is_discontinuous || state.continuity == packet_.continuity) {
      return Continuity::kFine;
    }
    state.continuity = packet_.continuity;
    return Continuity::kLost;
  }
  const std::uint8_t before = std::exchange(state.continuity, packet_.continuity);
  if (before == kNoContinuity || packet_.continuity == ((before + 1) & 0x0F)) {
    return Continuity::kFine;
  }
  // A splice: nothing is missing, unless the new part begins within a unit.
  if (packet_.is_discontinuous) {
    return packet_.starts_unit ? Continuity::kFine : Continuity::kLost;
  }
  const bool is_repeated =
      packet_.continuity == before &&
      (state.use != Use::kStream || packet_.is_scrambled ||
       streams_[state.index]->is_repeated(packet_.payload, packet_.starts_unit));
  if (is_repeated) {
    ++program_.counters.duplicates;
    return Continuity::kRepeated;
  }
  ++program_.counters.continuity_errors;
  return Continuity::kLost;
}

void TsReader::Impl::on_lost(const PidState& state) {
  switch (state.use) {
    case Use::kNone: return;
    case Use::kStream: return streams_[state.index]->on_loss();
    case Use::kPat: return pat_.sections.reset();
    case Use::kPmt: return pmts_[state.index].sections.reset();
    case Use::kSplice: return splices_[state.index].sections.reset();
  }
}

void TsReader::Impl::on_sections(SectionAssembler& sections, const PidState& state) {
  // A table may rebuild the lists that `sections` stands in: what comes out is handled after.
  std::vector<Buffer> whole;
  const Use use = state.use;
  const std::uint16_t pid = packet_.pid;
  const bool held = sections.feed(packet_.payload, packet_.starts_unit, [&](Bytes section) {
    whole.emplace_back(section.begin(), section.end());
  });
  if (!held) ++program_.counters.psi_errors;
  for (const Buffer& section : whole) {
    switch (use) {
      case Use::kPat: on_pat(section); break;
      case Use::kPmt: on_pmt(section, pid); break;
      case Use::kSplice: on_splice(section); break;
      case Use::kNone:
      case Use::kStream: break;
    }
  }
}

void TsReader::Impl::on_pat(Bytes section) {
  if (section[0] != kPatTable) return;
  const Result<Pat> pat = parse_pat(section);
  if (!pat) {
    ++program_.counters.psi_errors;
    return;
  }
  const auto before = finder_.chosen();
  if (!finder_.on_pat(*pat)) return;
  if (finder_.chosen() != before) pmt_crc_.reset();
  look_for_pmts();
  route();
}

void TsReader::Impl::look_for_pmts() {
  std::vector<SectionPid> pmts;
  for (const std::uint16_t pid : finder_.pmt_pids()) {
    const auto known = std::find_if(pmts_.begin(), pmts_.end(),
                                    [&](const SectionPid& old) { return old.pid == pid; });
    pmts.push_back(known != pmts_.end() ? std::move(*known) : SectionPid{pid, {}});
  }
  pmts_ = std::move(pmts);
}

void TsReader::Impl::on_pmt(Bytes section, std::uint16_t pid) {
  if (section[0] != kPmtTable) return;
  const std::uint32_t crc =
      crc32_mpeg(section.first(section.size() - std::min<std::size_t>(section.size(), 4)));
  const Result<Pmt> pmt = parse_pmt(section);
  if (!pmt) {
    ++program_.counters.psi_errors;
    return;
  }
  std::vector<EsInfo> infos = wanted_streams(*pmt);
  if (!finder_.on_pmt(*pmt, pid, !infos.empty()) || pmt_crc_ == crc) return;
  pmt_crc_ = crc;
  look_for_pmts();
  use_program(*pmt, std::move(infos));
}

std::vector<EsInfo> TsReader::Impl::wanted_streams(const Pmt& pmt) const {
  std::vector<EsInfo> infos;
  for (const PmtStream& stream : pmt.streams) {
    if (!options_.pids.empty() &&
        std::find(options_.pids.begin(), options_.pids.end(), stream.pid) == options_.pids.end()) {
      continue;
    }
    std::optional<EsInfo> info = describe_stream(stream, pmt.descriptors);
    if (!info) continue;
    const bool is_subtitle =
        !info->is_scte35 && media::kind_of(info->codec) == media::TrackKind::kSubtitle;
    if (is_subtitle && !options_.allow_subtitles) continue;
    const bool is_twice = std::any_of(infos.begin(), infos.end(),
                                      [&](const EsInfo& other) { return other.pid == info->pid; });
    if (is_twice || infos.size() == kMaxStreams) continue;
    infos.push_back(*std::move(info));
  }
  // Track ids and the main stream go by this order: video, audio, subtitles, events.
  const auto rank = [](const EsInfo& info) {
    return info.is_scte35 ? 3 : static_cast<int>(media::kind_of(info.codec));
  };
  std::stable_sort(infos.begin(), infos.end(),
                   [&](const EsInfo& a, const EsInfo& b) { return rank(a) < rank(b); });
  return infos;
}

void TsReader::Impl::use_program(const Pmt& pmt, std::vector<EsInfo> infos) {
  pcr_pid_ = pmt.pcr_pid;
  forget_pids(infos);
  std::vector<std::unique_ptr<EsStream>> streams;
  std::vector<ExpectedTrack> expected;
  splices_.clear();
  for (EsInfo& info : infos) {
    if (info.is_scte35) {
      splices_.push_back({info.pid, {}});
      continue;
    }
    const auto old = std::find_if(streams_.begin(), streams_.end(), [&](const auto& stream) {
      return stream != nullptr && stream->info().pid == info.pid &&
             stream->info().is_same_coding(info);
    });
    if (old != streams_.end()) {
      streams.push_back(std::move(*old));
    } else {
      const ExpectedTrack track = track_of(info);
      streams.push_back(std::make_unique<EsStream>(info, track, program_));
    }
    expected.push_back(streams.back()->track());
  }
  // What is left was taken out of the program; what it holds is complete.
  for (const auto& stream : streams_) {
    if (stream != nullptr) stream->flush();
  }
  streams_ = std::move(streams);
  program_.gate.expect(expected);
  for (std::size_t i = 0; i < streams_.size(); ++i) {
    EsStream& stream = *streams_[i];
    stream.set_main(i == 0);
    const auto info = std::find_if(infos.begin(), infos.end(), [&](const EsInfo& each) {
      return each.pid == stream.info().pid;
    });
    stream.update(*info);
    if (stream.track().kind == media::TrackKind::kSubtitle) stream.describe();
  }
  route();
}

// Writes into pids_ who takes the packets of which PID. Elementary streams win over PMTs that a
// broken PAT places on their PIDs.
void TsReader::Impl::route() {
  for (PidState& state : pids_) state.use = Use::kNone;
  const auto set = [this](std::uint16_t pid, Use use, std::size_t index) {
    pids_[pid].use = use;
    pids_[pid].index = static_cast<std::uint16_t>(index);
  };
  for (std::size_t i = 0; i < pmts_.size(); ++i) set(pmts_[i].pid, Use::kPmt, i);
  for (std::size_t i = 0; i < splices_.size(); ++i) set(splices_[i].pid, Use::kSplice, i);
  for (std::size_t i = 0; i < streams_.size(); ++i) set(streams_[i]->info().pid, Use::kStream, i);
  set(kPatPid, Use::kPat, 0);
}

ExpectedTrack TsReader::Impl::track_of(const EsInfo& info) {
  auto known = known_pids_.find(info.pid);
  if (known == known_pids_.end()) {
    known = known_pids_.emplace(info.pid, KnownPid{free_id(), 0}).first;
  } else {
    ++known->second.generation;
  }
  return {known->second.id, media::kind_of(info.codec), known->second.generation};
}

// The lowest number that no PID ever had.
std::uint32_t TsReader::Impl::free_id() const {
  std::uint32_t id = 1;
  while (std::any_of(known_pids_.begin(), known_pids_.end(),
                     [&](const auto& known) { return known.second.id == id; })) {
    ++id;
  }
  return id;
}

// Track ids end at 63: where the new PIDs would go past it, those out of use give theirs back.
void TsReader::Impl::forget_pids(const std::vector<EsInfo>& infos) {
  const auto is_listed = [&](std::uint16_t pid) {
    return std::any_of(infos.begin(), infos.end(),
                       [&](const EsInfo& info) { return info.pid == pid; });
  };
  const auto fresh = std::count_if(infos.begin(), infos.end(), [&](const EsInfo& info) {
    return known_pids_.count(info.pid) == 0;
  });
  if (known_pids_.size() + static_cast<std::size_t>(fresh) <= kMaxStreams) return;
  std::erase_if(known_pids_, [&](const auto& known) { return !is_listed(known.first); });
}

void TsReader::Impl::note_pcr() {
  if (pcr_pid_ == packet_.pid) program_.pcr = *packet_.pcr / 300;
}

void TsReader::Impl::on_splice(Bytes section) {
  if (section[0] != kSpliceTable) return;
  const Result<SpliceInfo> info = parse_splice_info(section);
  if (!info) {
    ++program_.counters.psi_errors;
    return;
  }
  media::Event event;
  event.scheme = media::kScte35Scheme;
  event.data.assign(section.begin(), section.end());
  if (info->break_duration) {
    event.duration = media::Ticks(static_cast<std::int64_t>(*info->break_duration));
  }
  // Repeated sections have the same number: that of the splice event, else one made of the bytes.
  event.id = info->event_id.value_or(crc32_mpeg(section.first(section.size() - 4)));
  if (info->pts) {
    event.time = program_.unwrapper.unwrap(*info->pts, splice_time_, Unwrapper::Role::kFollower);
  } else if (const auto now = program_.now()) {
    event.time = *now;
  } else {
    return;  // nothing yet to tell the time by
  }
  program_.gate.add(std::move(event));
}

TsReader::TsReader(TsReaderOptions options) : impl_(std::make_unique<Impl>(std::move(options))) {}
TsReader::~TsReader() = default;
void TsReader::feed(Bytes bytes) {
  impl_->feed(bytes);
}
void TsReader::flush() {
  impl_->flush();
}
std::optional<media::Unit> TsReader::next() {
  return impl_->next();
}
const TsCounters& TsReader::counters() const {
  return impl_->counters();
}
bool TsReader::has_program() const {
  return impl_->has_program();
}

}  // namespace flu::container
