#include "tools/ingest/program_router.h"

#include <algorithm>
#include <array>
#include <vector>

#include <gtest/gtest.h>

#include "libcommon/container/mpegts/psi.h"

namespace flu::ingest {
namespace {

namespace mpegts = container::mpegts;

using Packet = std::array<std::uint8_t, mpegts::kPacketSize>;

Packet packet_of(std::uint16_t pid) {
  Packet out{};
  out[0] = 0x47;
  out[1] = static_cast<std::uint8_t>(pid >> 8);
  out[2] = static_cast<std::uint8_t>(pid);
  out[3] = 0x10;
  return out;
}

Packet section_packet(std::uint16_t pid, const Buffer& section) {
  Packet out = packet_of(pid);
  out.fill(0xFF);
  const Packet head = packet_of(pid);
  std::copy(head.begin(), head.begin() + 4, out.begin());
  out[1] |= 0x40;
  out[4] = 0;
  std::copy(section.begin(), section.end(), out.begin() + 5);
  return out;
}

Packet pat(const std::vector<mpegts::PatProgram>& programs, std::uint8_t version = 0) {
  mpegts::Pat table;
  table.version = version;
  table.programs = programs;
  return section_packet(0, *mpegts::write_pat(table));
}

Packet pmt(std::uint16_t program, std::uint16_t pid, std::vector<std::uint16_t> streams,
           std::uint8_t version = 0) {
  mpegts::Pmt table;
  table.program = program;
  table.version = version;
  table.pcr_pid = 0x1F0;
  for (const std::uint16_t stream : streams) table.streams.push_back({0x1B, stream, {}});
  return section_packet(pid, *mpegts::write_pmt(table));
}

// A multiplex of programs 21 (PMT 0x20) and 22 (PMT 0x30).
void send_tables(ProgramRouter& router) {
  router.route(pat({{21, 0x20}, {22, 0x30}}));
  router.route(pmt(21, 0x20, {0x21, 0x22}));
  router.route(pmt(22, 0x30, {0x31, 0x22}));
}

TEST(ProgramRouter, NobodyGetsWhatNobodyWants) {
  ProgramRouter router;
  send_tables(router);
  EXPECT_EQ(router.route(packet_of(0x21)), 0U);
  EXPECT_EQ(router.route(pat({{21, 0x20}})), 0U);
}

TEST(ProgramRouter, AProgramIsItsTablesAndStreams) {
  ProgramRouter router;
  const unsigned slot = router.add(21).value();
  const ProgramRouter::Slots bit = 1ULL << slot;
  send_tables(router);
  for (const std::uint16_t pid : std::vector<std::uint16_t>{0x00, 0x20, 0x21, 0x22, 0x1F0}) {
    EXPECT_EQ(router.route(packet_of(pid)), bit) << pid;
  }
  for (const std::uint16_t pid : std::vector<std::uint16_t>{0x11, 0x30, 0x31, 0x1FFF}) {
    EXPECT_EQ(router.route(packet_of(pid)), 0U) << pid;
  }
}

TEST(ProgramRouter, StreamsOfTwoProgramsGoToBoth) {
  ProgramRouter router;
  const unsigned a = router.add(21).value();
  const unsigned b = router.add(22).value();
  const unsigned all = router.add(0).value();
  send_tables(router);
  EXPECT_EQ(router.route(packet_of(0x22)), (1ULL << a) | (1ULL << b) | (1ULL << all));
  EXPECT_EQ(router.route(packet_of(0x31)), (1ULL << b) | (1ULL << all));
  EXPECT_EQ(router.route(packet_of(0x1FFF)), 1ULL << all);
}

TEST(ProgramRouter, JoinedLaterAProgramIsFound) {
  ProgramRouter router;
  send_tables(router);
  const unsigned slot = router.add(22).value();
  EXPECT_EQ(router.route(packet_of(0x31)), 0U);
  router.route(pmt(22, 0x30, {0x31}));
  EXPECT_EQ(router.route(packet_of(0x31)), 1ULL << slot);
}

TEST(ProgramRouter, WhoReadAllUntilNowMissesNothing) {
  ProgramRouter router;
  const unsigned slot = router.add(22, true).value();
  EXPECT_EQ(router.route(packet_of(0x31)), 1ULL << slot);
  EXPECT_EQ(router.route(packet_of(0x21)), 1ULL << slot);
  send_tables(router);
  EXPECT_EQ(router.route(packet_of(0x31)), 1ULL << slot);
  EXPECT_EQ(router.route(packet_of(0x21)), 0U);
  // Nor who joins somebody that waits for the tables.
  const unsigned other = router.add(21).value();
  EXPECT_EQ(router.route(packet_of(0x21)), 0U);
  EXPECT_EQ(router.add(21, true).value(), other);
  EXPECT_EQ(router.route(packet_of(0x21)), 1ULL << other);
}

TEST(ProgramRouter, TablesMayChange) {
  ProgramRouter router;
  const unsigned slot = router.add(21).value();
  send_tables(router);
  router.route(pmt(21, 0x20, {0x41}, 1));
  EXPECT_EQ(router.route(packet_of(0x41)), 1ULL << slot);
  EXPECT_EQ(router.route(packet_of(0x21)), 0U);
  // The PMT moves to another PID; what stands at the old one counts no more.
  router.route(pat({{21, 0x50}}, 1));
  EXPECT_EQ(router.route(packet_of(0x50)), 1ULL << slot);
  router.route(pmt(21, 0x20, {0x61}, 2));
  EXPECT_EQ(router.route(packet_of(0x61)), 0U);
  router.route(pmt(21, 0x50, {0x71}, 3));
  EXPECT_EQ(router.route(packet_of(0x71)), 1ULL << slot);
}

TEST(ProgramRouter, WhoWantsTheSameSharesAPlace) {
  ProgramRouter router;
  const unsigned slot = router.add(21).value();
  EXPECT_EQ(router.add(21).value(), slot);
  send_tables(router);
  router.remove(slot);
  EXPECT_EQ(router.route(packet_of(0x21)), 1ULL << slot);
  router.remove(slot);
  EXPECT_EQ(router.route(packet_of(0x21)), 0U);
  EXPECT_EQ(router.add(22).value(), slot);
  EXPECT_EQ(router.route(packet_of(0x21)), 0U);
}

TEST(ProgramRouter, PlacesAreLimited) {
  ProgramRouter router;
  for (std::uint16_t i = 0; i < ProgramRouter::kMaxSlots; ++i) EXPECT_TRUE(router.add(i));
  EXPECT_FALSE(router.add(1000));
  EXPECT_TRUE(router.add(5));
}

TEST(ProgramRouter, DamagedTablesChangeNothing) {
  ProgramRouter router;
  const unsigned slot = router.add(21).value();
  send_tables(router);
  Packet bad = pmt(21, 0x20, {0x99}, 1);
  bad[20] ^= 0xFF;
  router.route(bad);
  Packet bad_pat = pat({{22, 0x30}}, 1);
  bad_pat[15] ^= 0xFF;
  router.route(bad_pat);
  EXPECT_EQ(router.route(packet_of(0x21)), 1ULL << slot);
  EXPECT_EQ(router.route(packet_of(0x99)), 0U);
}

}  // namespace
}  // namespace flu::ingest
