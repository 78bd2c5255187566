#include "libcommon/container/mpegts/psi.h"

#include <gtest/gtest.h>

#include "libcommon/container/mpegts/ts_types.h"

namespace flu::container::mpegts {
namespace {

// PAT and PMT as ffmpeg's muxer writes them for H.264 and AAC.
const Buffer kPat = {0x00, 0xB0, 0x0D, 0x00, 0x01, 0xC1, 0x00, 0x00,
                     0x00, 0x01, 0xF0, 0x00, 0x2A, 0xB1, 0x04, 0xB2};
const Buffer kPmt = {0x02, 0xB0, 0x17, 0x00, 0x01, 0xC1, 0x00, 0x00, 0xE1, 0x00, 0xF0, 0x00, 0x1B,
                     0xE1, 0x00, 0xF0, 0x00, 0x0F, 0xE1, 0x01, 0xF0, 0x00, 0x2F, 0x44, 0xB9, 0x9B};

Buffer with_crc(Buffer section) {
  const std::uint32_t crc = crc32_mpeg(section);
  for (int shift = 24; shift >= 0; shift -= 8) {
    section.push_back(static_cast<std::uint8_t>(crc >> shift));
  }
  return section;
}

TEST(Psi, CrcOfTheStandardsCheckValue) {
  EXPECT_EQ(crc32_mpeg(as_bytes("123456789")), 0x0376E6E7U);
  EXPECT_EQ(crc32_mpeg(kPat), 0U);
}

TEST(Psi, ReadsPat) {
  const Result<Pat> pat = parse_pat(kPat);
  ASSERT_TRUE(pat) << pat.error().message;
  EXPECT_EQ(pat->transport_stream, 1);
  EXPECT_EQ(pat->programs, (std::vector<PatProgram>{{1, 0x1000}}));
}

TEST(Psi, ReadsPmt) {
  const Result<Pmt> pmt = parse_pmt(kPmt);
  ASSERT_TRUE(pmt) << pmt.error().message;
  EXPECT_EQ(pmt->program, 1);
  EXPECT_EQ(pmt->pcr_pid, 0x100);
  EXPECT_EQ(pmt->streams, (std::vector<PmtStream>{{0x1B, 0x100, {}}, {0x0F, 0x101, {}}}));
}

TEST(Psi, WhatIsWrittenReadsTheSame) {
  Pat pat;
  pat.transport_stream = 7;
  pat.version = 31;
  pat.programs = {{1, 0x20}, {0xFFFF, 0x1FFE}};
  EXPECT_EQ(parse_pat(write_pat(pat).value()).value(), pat);

  Pmt pmt;
  pmt.program = 3;
  pmt.version = 5;
  pmt.pcr_pid = 0x1FFF;
  pmt.descriptors = {0x05, 0x04, 'H', 'D', 'M', 'V'};
  pmt.streams = {{0x1B, 0x100, {}}, {0x06, 0x101, {0x59, 0x00}}};
  EXPECT_EQ(parse_pmt(write_pmt(pmt).value()).value(), pmt);

  const std::vector<SdtService> services = {{1, 1, "Один", "flu"}, {2, 2, "Radio", ""}};
  EXPECT_EQ(parse_sdt(write_sdt(9, services).value()).value(), services);
}

TEST(Psi, LongServiceNamesAreCutBetweenCharacters) {
  std::string name;
  for (int i = 0; i < 100; ++i) name += "ы";
  const auto services = parse_sdt(write_sdt(1, {{1, 1, name, name}}).value());
  ASSERT_TRUE(services);
  EXPECT_EQ(services->at(0).name.size() % 2, 0U);
  EXPECT_EQ(name.substr(0, services->at(0).name.size()), services->at(0).name);
}

TEST(Psi, ATableThatDoesNotFitIsRefused) {
  Pmt pmt;
  pmt.streams.push_back({0x1B, 0x100, Buffer(1021 - 9 - 4 - 5, 0)});
  ASSERT_TRUE(write_pmt(pmt));
  EXPECT_TRUE(parse_pmt(*write_pmt(pmt)));
  pmt.streams[0].descriptors.push_back(0);
  const auto section = write_pmt(pmt);
  ASSERT_FALSE(section);
  EXPECT_EQ(section.error().code, ErrorCode::kLimitExceeded);
}

TEST(Psi, CutAtEveryLengthIsMalformed) {
  for (std::size_t size = 0; size < kPat.size(); ++size) {
    EXPECT_FALSE(parse_pat(Bytes(kPat).first(size))) << size;
  }
  for (std::size_t size = 0; size < kPmt.size(); ++size) {
    EXPECT_FALSE(parse_pmt(Bytes(kPmt).first(size))) << size;
  }
}

TEST(Psi, EveryChangedByteIsNoticed) {
  for (std::size_t at = 0; at < kPmt.size(); ++at) {
    Buffer changed = kPmt;
    changed[at] ^= 0x10;
    EXPECT_FALSE(parse_pmt(changed)) << at;
  }
}

TEST(Psi, HostileInnerLengths) {
  // program_info_length and ES_info_length at 0, all that is left, one more, and the most.
  for (const std::size_t at : {std::size_t{10}, std::size_t{15}}) {
    const std::size_t left = kPmt.size() - 4 - (at + 2);
    for (const std::size_t length : {std::size_t{0}, left, left + 1, std::size_t{0xFFF}}) {
      Buffer section(kPmt.begin(), kPmt.end() - 4);
      section[at] = static_cast<std::uint8_t>(0xF0 | length >> 8);
      section[at + 1] = static_cast<std::uint8_t>(length);
      EXPECT_EQ(parse_pmt(with_crc(section)).has_value(), length <= left) << at << ' ' << length;
    }
  }
}

TEST(Psi, DescriptorListsStopAtABadLength) {
  int seen = 0;
  const auto count = [&](std::uint8_t, Bytes) { ++seen; };
  EXPECT_TRUE(for_each_descriptor({}, count));
  EXPECT_TRUE(for_each_descriptor(Buffer{1, 0, 2, 1, 9}, count));
  EXPECT_EQ(seen, 2);
  EXPECT_FALSE(for_each_descriptor(Buffer{1, 0, 2, 2, 9}, count));
  EXPECT_EQ(seen, 3);
  EXPECT_FALSE(for_each_descriptor(Buffer{1}, count));
  EXPECT_FALSE(for_each_descriptor(Buffer{1, 255}, count));
}

// --- SectionAssembler

Buffer section_of(std::size_t size, std::uint8_t fill) {
  Buffer section(size, fill);
  section[0] = 0x40;
  section[1] = static_cast<std::uint8_t>(0xF0 | (size - 3) >> 8);
  section[2] = static_cast<std::uint8_t>(size - 3);
  return section;
}

struct Gathered {
  std::vector<Buffer> sections;
  bool held = true;
};

// Payloads of `room` bytes with pointer_field where a section begins.
Gathered gather(const std::vector<Buffer>& sections, std::size_t room) {
  Gathered out;
  SectionAssembler assembler;
  Buffer all;
  std::vector<std::size_t> starts;
  for (const Buffer& section : sections) {
    starts.push_back(all.size());
    append(all, section);
  }
  std::size_t at = 0;
  while (at < all.size()) {
    std::optional<std::size_t> start;
    for (const std::size_t each : starts) {
      if (!start && each >= at && each < at + room - 1) start = each;
    }
    Buffer payload;
    if (start) payload.push_back(static_cast<std::uint8_t>(*start - at));
    const std::size_t taken = std::min(room - payload.size(), all.size() - at);
    append(payload, Bytes(all).subspan(at, taken));
    payload.resize(room, 0xFF);
    at += taken;
    out.held = assembler.feed(payload, start.has_value(), [&](Bytes section) {
      out.sections.emplace_back(section.begin(), section.end());
    }) && out.held;
  }
  return out;
}

TEST(SectionAssembler, SeveralInAPacketAndOneOverSeveral) {
  const std::vector<Buffer> sections = {section_of(20, 1), section_of(30, 2), section_of(700, 3),
                                        section_of(3, 0),  section_of(4, 4),  section_of(184, 5)};
  for (const std::size_t room : {184U, 183U, 100U, 40U}) {
    const Gathered got = gather(sections, room);
    EXPECT_EQ(got.sections, sections) << room;
    EXPECT_TRUE(got.held) << room;
  }
}

TEST(SectionAssembler, LengthAtItsBounds) {
  EXPECT_EQ(gather({section_of(3, 0)}, 184).sections.size(), 1U);
  EXPECT_EQ(gather({section_of(4098, 7)}, 184).sections.size(), 1U);
  EXPECT_TRUE(gather({section_of(4098, 7)}, 184).held);
}

TEST(SectionAssembler, PointerAtItsBounds) {
  for (const std::size_t pointer : {0U, 182U, 183U, 184U, 255U}) {
    SectionAssembler assembler;
    Buffer payload(184, 0xFF);
    payload[0] = static_cast<std::uint8_t>(pointer);
    const bool held = assembler.feed(payload, true, [](Bytes) {});
    EXPECT_EQ(held, pointer <= 183) << pointer;
  }
  SectionAssembler assembler;
  EXPECT_FALSE(assembler.feed({}, true, [](Bytes) {}));
}

TEST(SectionAssembler, ALossDropsTheUnfinished) {
  SectionAssembler assembler;
  std::vector<Buffer> got;
  const auto sink = [&](Bytes section) { got.emplace_back(section.begin(), section.end()); };
  const Buffer section = section_of(300, 9);
  Buffer payload = {0};
  append(payload, Bytes(section).first(183));
  EXPECT_TRUE(assembler.feed(payload, true, sink));
  assembler.reset();
  EXPECT_TRUE(assembler.feed(Bytes(section).subspan(183), false, sink));
  EXPECT_TRUE(got.empty());
}

TEST(SectionAssembler, ABrokenOneDoesNotSpoilTheNext) {
  SectionAssembler assembler;
  std::vector<Buffer> got;
  const auto sink = [&](Bytes section) { got.emplace_back(section.begin(), section.end()); };
  const Buffer first = section_of(300, 9);
  Buffer payload = {0};
  append(payload, Bytes(first).first(183));
  assembler.feed(payload, true, sink);
  // The pointer says that the first ends after 5 more bytes, which it does not.
  const Buffer second = section_of(50, 8);
  payload = {5, 1, 2, 3, 4, 5};
  append(payload, second);
  EXPECT_FALSE(assembler.feed(payload, true, sink));
  EXPECT_EQ(got, std::vector<Buffer>{second});
}

}  // namespace
}  // namespace flu::container::mpegts
