#pragma once

#include <cstddef>
#include <cstdint>
#include <map>
#include <optional>
#include <vector>

#include "libcommon/base/bytes.h"
#include "libcommon/container/mpegts/psi.h"
#include "libcommon/container/mpegts/ts_packet.h"

namespace flu::ingest {

// Which packets of a multiplex belong to which programs: a look into a table for nearly all of
// them. The PAT, and the PMT of each program that somebody wants, are parsed when they change.
// Pure.
class ProgramRouter {
 public:
  static constexpr std::size_t kMaxSlots = 64;  // more programs than a multiplex carries
  using Slots = std::uint64_t;                  // a set

  ProgramRouter() : routes_(kPids, 0), is_table_(kPids, false) { rebuild(); }

  // A place for the packets of `program` (program_number; 0: all of the multiplex), the same for
  // everybody who wants it; nullopt when all are taken. Each add() has its remove().
  // `from_all`: until its PMT has come, all packets are the program's, so that whoever read all of
  // the multiplex until now misses none.
  std::optional<unsigned> add(std::uint16_t program, bool from_all = false);
  void remove(unsigned slot);

  // The slots that the packet belongs to.
  Slots route(container::mpegts::PacketBytes packet);

 private:
  static constexpr std::size_t kPids = 8192;

  struct Slot {
    unsigned users = 0;
    std::uint16_t program = 0;
    bool from_all = false;
    Buffer pmt;  // as it was read last
    std::vector<std::uint16_t> pids;
  };

  void read_tables(container::mpegts::PacketBytes packet, std::uint16_t pid);
  void on_pat(Bytes section);
  void on_pmt(Bytes section, std::uint16_t pid);
  void rebuild();

  std::vector<Slots> routes_;   // by PID
  std::vector<bool> is_table_;  // by PID: stands in tables_
  std::vector<Slot> slots_;
  Buffer pat_;                                       // as it was read last
  std::map<std::uint16_t, std::uint16_t> programs_;  // program_number: PID of its PMT
  std::map<std::uint16_t, container::mpegts::SectionAssembler> tables_;  // by PID
};

}  // namespace flu::ingest
