#include "tools/ingest/program_router.h"

#include <algorithm>
#include <utility>

#include "libcommon/container/mpegts/limits.h"

namespace flu::ingest {
namespace {

namespace mpegts = container::mpegts;

constexpr std::uint16_t kPatPid = 0;
constexpr std::uint8_t kPatTable = 0;  // ISO 13818-1 table 2-31
constexpr std::uint8_t kPmtTable = 2;
constexpr std::size_t kIdEnd = 5;  // table_id, length, then the program or transport stream

bool is_same(const Buffer& known, Bytes section) {
  return std::equal(known.begin(), known.end(), section.begin(), section.end());
}

}  // namespace

std::optional<unsigned> ProgramRouter::add(std::uint16_t program, bool from_all) {
  std::optional<std::size_t> place;
  for (std::size_t i = 0; i < slots_.size(); ++i) {
    if (slots_[i].users == 0) {
      place = place.value_or(i);
    } else if (slots_[i].program == program) {
      ++slots_[i].users;
      slots_[i].from_all = slots_[i].from_all || from_all;
      rebuild();
      return static_cast<unsigned>(i);
    }
  }
  if (!place) {
    if (slots_.size() == kMaxSlots) return std::nullopt;
    place = slots_.size();
    slots_.emplace_back();
  }
  slots_[*place] = Slot{1, program, from_all, {}, {}};
  rebuild();
  return static_cast<unsigned>(*place);
}

void ProgramRouter::remove(unsigned slot) {
  if (--slots_[slot].users == 0) rebuild();
}

ProgramRouter::Slots ProgramRouter::route(mpegts::PacketBytes packet) {
  const auto pid = static_cast<std::uint16_t>((packet[1] & 0x1F) << 8 | packet[2]);
  if (is_table_[pid]) read_tables(packet, pid);
  return routes_[pid];
}

void ProgramRouter::read_tables(mpegts::PacketBytes bytes, std::uint16_t pid) {
  mpegts::TsPacket packet;
  if (!mpegts::parse_packet_fast(bytes, packet) || !packet.has_payload || packet.has_error ||
      packet.is_scrambled) {
    return;
  }
  // Handled behind the feeding: a new PAT changes the tables that are gathered.
  std::vector<Buffer> sections;
  tables_[pid].feed(packet.payload, packet.starts_unit,
                    [&](Bytes section) { sections.emplace_back(section.begin(), section.end()); });
  for (const Buffer& section : sections) {
    if (section.size() < kIdEnd) continue;
    if (pid == kPatPid && section[0] == kPatTable) on_pat(section);
    if (pid != kPatPid && section[0] == kPmtTable) on_pmt(section, pid);
  }
}

void ProgramRouter::on_pat(Bytes section) {
  if (is_same(pat_, section)) return;
  const auto pat = mpegts::parse_pat(section);
  if (!pat || !pat->is_current) return;
  pat_.assign(section.begin(), section.end());
  if (pat->last_section == 0) programs_.clear();
  for (const mpegts::PatProgram& program : pat->programs) {
    if (programs_.size() < mpegts::kMaxPrograms) programs_[program.number] = program.pmt_pid;
  }
  rebuild();
}

void ProgramRouter::on_pmt(Bytes section, std::uint16_t pid) {
  const auto program = static_cast<std::uint16_t>(section[3] << 8 | section[4]);
  const auto slot = std::find_if(slots_.begin(), slots_.end(), [&](const Slot& one) {
    return one.users > 0 && one.program == program;
  });
  if (slot == slots_.end() || is_same(slot->pmt, section)) return;
  const auto known = programs_.find(program);
  if (known == programs_.end() || known->second != pid) return;
  const auto pmt = mpegts::parse_pmt(section);
  if (!pmt || !pmt->is_current) return;
  slot->pmt.assign(section.begin(), section.end());
  slot->pids = {pmt->pcr_pid};
  for (const mpegts::PmtStream& stream : pmt->streams) slot->pids.push_back(stream.pid);
  rebuild();
}

void ProgramRouter::rebuild() {
  std::fill(routes_.begin(), routes_.end(), 0);
  std::fill(is_table_.begin(), is_table_.end(), false);
  auto old = std::exchange(tables_, {});
  const auto gather = [&](std::uint16_t pid) {
    is_table_[pid] = true;
    const auto known = old.find(pid);
    tables_.try_emplace(pid, known == old.end() ? mpegts::SectionAssembler() : known->second);
  };
  gather(kPatPid);
  for (std::size_t i = 0; i < slots_.size(); ++i) {
    const Slot& slot = slots_[i];
    if (slot.users == 0) continue;
    const Slots bit = Slots{1} << i;
    if (slot.program == 0 || (slot.from_all && slot.pids.empty())) {
      for (Slots& route : routes_) route |= bit;
    }
    if (slot.program == 0) continue;
    routes_[kPatPid] |= bit;
    for (const std::uint16_t pid : slot.pids) routes_[pid] |= bit;
    const auto known = programs_.find(slot.program);
    if (known == programs_.end()) continue;
    routes_[known->second] |= bit;
    gather(known->second);
  }
}

}  // namespace flu::ingest
