#include "libcommon/container/mpegts/psi.h"

#include <array>

#include <fmt/format.h>

#include "libcommon/base/byte_reader.h"
#include "libcommon/base/byte_writer.h"
#include "libcommon/container/mpegts/ts_types.h"

namespace flu::container::mpegts {
namespace {

constexpr std::array<std::uint32_t, 256> make_crc_table() {
  std::array<std::uint32_t, 256> table{};
  for (std::uint32_t i = 0; i < 256; ++i) {
    std::uint32_t crc = i << 24;
    for (int bit = 0; bit < 8; ++bit) crc = (crc << 1) ^ ((crc & 0x80000000U) ? 0x04C11DB7U : 0);
    table[i] = crc;
  }
  return table;
}

constexpr std::array<std::uint32_t, 256> kCrcTable = make_crc_table();

// PAT, PMT and SDT sections are at most 1024 bytes (ISO 13818-1 2.4.4.4, EN 300 468 5.1.1).
constexpr std::size_t kMaxTableSection = 1024;
constexpr std::size_t kCrcSize = 4;

// The part that all long sections share (ISO 13818-1 2.4.4.10).
struct SectionHead {
  std::uint16_t extension = 0;  // transport_stream_id, program_number
  std::uint8_t version = 0;
  bool is_current = true;
  std::uint8_t section = 0;
  std::uint8_t last_section = 0;
};

// Checks length and CRC; leaves `body` between the head and the CRC.
Result<SectionHead> open_section(Bytes section, std::uint8_t table, ByteReader& body) {
  if (section.size() < 8 + kCrcSize || section.size() > kMaxTableSection) {
    return fail(ErrorCode::kMalformed,
                fmt::format("section of table {:#x}: {} bytes, expected {} to {}", table,
                            section.size(), 8 + kCrcSize, kMaxTableSection));
  }
  if (crc32_mpeg(section) != 0) {
    return fail(ErrorCode::kMalformed, fmt::format("section of table {:#x}: wrong CRC", table));
  }
  ByteReader reader(section.first(section.size() - kCrcSize));
  FLU_TRY_ASSIGN(const std::uint8_t id, reader.u8());
  FLU_TRY_ASSIGN(const std::uint16_t length, reader.u16());
  if (id != table || (length & 0x8000) == 0 || (length & 0x0FFFU) + 3U != section.size()) {
    return fail(
        ErrorCode::kMalformed,
        fmt::format(
            "section: table {:#x} with length field {:#x} in {} bytes, expected table {:#x}", id,
            length, section.size(), table));
  }
  SectionHead head;
  FLU_TRY_ASSIGN(head.extension, reader.u16());
  FLU_TRY_ASSIGN(const std::uint8_t flags, reader.u8());
  head.version = (flags >> 1) & 0x1F;
  head.is_current = (flags & 1) != 0;
  FLU_TRY_ASSIGN(head.section, reader.u8());
  FLU_TRY_ASSIGN(head.last_section, reader.u8());
  body = ByteReader(reader.rest());
  return head;
}

Result<Bytes> descriptor_list(ByteReader& body) {
  FLU_TRY_ASSIGN(const std::uint16_t length, body.u16());
  return body.bytes(length & 0x0FFFU);
}

void write_head(ByteWriter& out, std::uint8_t table, const SectionHead& head) {
  out.u8(table);
  out.u16(0);  // length: finish_section
  out.u16(head.extension);
  out.u8(static_cast<std::uint8_t>(0xC0 | (head.version & 0x1F) << 1 | (head.is_current ? 1 : 0)));
  out.u8(head.section);
  out.u8(head.last_section);
}

// `reserved` is what stands in the bits over the length: 0xB for PAT and PMT, 0xF for DVB tables.
Result<Buffer> finish_section(Buffer section, std::uint8_t reserved) {
  const std::size_t total = section.size() + kCrcSize;
  if (total > kMaxTableSection) {
    return fail(ErrorCode::kLimitExceeded,
                fmt::format("table {:#x} needs {} bytes, a section holds {}: too many tracks or "
                            "too long descriptors",
                            section[0], total, kMaxTableSection));
  }
  ByteWriter out(section);
  out.patch_u16(1, static_cast<std::uint16_t>(reserved << 12 | (total - 3)));
  out.u32(crc32_mpeg(section));
  return section;
}

// EN 300 468 annex A: a first byte below 0x20 names the character table. UTF-8 is 0x15; ISO 6937,
// the default, agrees with ASCII, which is all that we take from it.
std::string parse_dvb_text(Bytes text) {
  if (!text.empty() && text[0] == 0x15) return std::string(as_text(text.subspan(1)));
  std::string out;
  for (const std::uint8_t byte : text) {
    if (byte >= 0x20 && byte < 0x7F) out.push_back(static_cast<char>(byte));
  }
  return out;
}

void write_dvb_text(ByteWriter& out, std::string_view text) {
  // A length byte holds 255, and the service descriptor's own length both texts.
  constexpr std::size_t kMaxText = 120;
  while (text.size() > kMaxText || (!text.empty() && text.size() == kMaxText)) {
    std::size_t keep = kMaxText - 1;
    while (keep > 0 && (static_cast<std::uint8_t>(text[keep]) & 0xC0) == 0x80) --keep;
    text = text.substr(0, keep);
  }
  bool is_ascii = true;
  for (const char c : text) is_ascii = is_ascii && static_cast<std::uint8_t>(c) < 0x7F;
  out.u8(static_cast<std::uint8_t>(text.size() + (is_ascii ? 0 : 1)));
  if (!is_ascii) out.u8(0x15);
  out.text(text);
}

void parse_service_descriptor(Bytes body, SdtService& service) {
  if (body.size() < 2 || body[1] > body.size() - 2) return;
  service.type = body[0];
  service.provider = parse_dvb_text(body.subspan(2, body[1]));
  const Bytes rest = body.subspan(std::size_t{2} + body[1]);
  if (rest.empty() || rest[0] > rest.size() - 1) return;
  service.name = parse_dvb_text(rest.subspan(1, rest[0]));
}

}  // namespace

std::uint32_t crc32_mpeg(Bytes bytes) {
  std::uint32_t crc = 0xFFFFFFFF;
  for (const std::uint8_t byte : bytes) crc = (crc << 8) ^ kCrcTable[(crc >> 24) ^ byte];
  return crc;
}

Result<Pat> parse_pat(Bytes section) {
  ByteReader body{Bytes{}};
  FLU_TRY_ASSIGN(const SectionHead head, open_section(section, kPatTable, body));
  Pat pat{head.extension, head.version, head.section, head.last_section, head.is_current, {}};
  while (!body.empty()) {
    FLU_TRY_ASSIGN(const std::uint16_t number, body.u16());
    FLU_TRY_ASSIGN(const std::uint16_t pid, body.u16());
    if (number != 0) pat.programs.push_back({number, static_cast<std::uint16_t>(pid & 0x1FFF)});
  }
  return pat;
}

Result<Pmt> parse_pmt(Bytes section) {
  ByteReader body{Bytes{}};
  FLU_TRY_ASSIGN(const SectionHead head, open_section(section, kPmtTable, body));
  Pmt pmt;
  pmt.program = head.extension;
  pmt.version = head.version;
  pmt.is_current = head.is_current;
  FLU_TRY_ASSIGN(const std::uint16_t pcr_pid, body.u16());
  pmt.pcr_pid = pcr_pid & 0x1FFF;
  FLU_TRY_ASSIGN(const Bytes descriptors, descriptor_list(body));
  pmt.descriptors.assign(descriptors.begin(), descriptors.end());
  while (!body.empty()) {
    PmtStream stream;
    FLU_TRY_ASSIGN(stream.stream_type, body.u8());
    FLU_TRY_ASSIGN(const std::uint16_t pid, body.u16());
    stream.pid = pid & 0x1FFF;
    FLU_TRY_ASSIGN(const Bytes list, descriptor_list(body));
    stream.descriptors.assign(list.begin(), list.end());
    pmt.streams.push_back(std::move(stream));
  }
  return pmt;
}

Result<std::vector<SdtService>> parse_sdt(Bytes section) {
  ByteReader body{Bytes{}};
  FLU_TRY(open_section(section, kSdtTable, body));
  FLU_TRY(body.skip(3));  // original_network_id, reserved
  std::vector<SdtService> services;
  while (!body.empty()) {
    SdtService service;
    FLU_TRY_ASSIGN(service.id, body.u16());
    FLU_TRY(body.skip(1));
    FLU_TRY_ASSIGN(const Bytes list, descriptor_list(body));
    const bool held = for_each_descriptor(list, [&](std::uint8_t tag, Bytes content) {
      if (tag == static_cast<std::uint8_t>(DescriptorTag::kService)) {
        parse_service_descriptor(content, service);
      }
    });
    if (!held) {
      return fail(ErrorCode::kMalformed,
                  fmt::format("SDT: service {}: descriptor longer than its list", service.id));
    }
    services.push_back(std::move(service));
  }
  return services;
}

Result<Buffer> write_pat(const Pat& pat) {
  Buffer section;
  ByteWriter out(section);
  write_head(out, kPatTable,
             {pat.transport_stream, pat.version, pat.is_current, pat.section, pat.last_section});
  for (const PatProgram& program : pat.programs) {
    out.u16(program.number);
    out.u16(program.pmt_pid | 0xE000);
  }
  return finish_section(std::move(section), 0xB);
}

Result<Buffer> write_pmt(const Pmt& pmt) {
  Buffer section;
  ByteWriter out(section);
  write_head(out, kPmtTable, {pmt.program, pmt.version, pmt.is_current, 0, 0});
  out.u16(pmt.pcr_pid | 0xE000);
  out.u16(static_cast<std::uint16_t>(0xF000 | pmt.descriptors.size()));
  out.bytes(pmt.descriptors);
  for (const PmtStream& stream : pmt.streams) {
    out.u8(stream.stream_type);
    out.u16(stream.pid | 0xE000);
    out.u16(static_cast<std::uint16_t>(0xF000 | stream.descriptors.size()));
    out.bytes(stream.descriptors);
  }
  return finish_section(std::move(section), 0xB);
}

Result<Buffer> write_sdt(std::uint16_t transport_stream, const std::vector<SdtService>& services,
                         std::uint8_t version) {
  Buffer section;
  ByteWriter out(section);
  write_head(out, kSdtTable, {transport_stream, version, true, 0, 0});
  out.u16(1);  // original_network_id
  out.u8(0xFF);
  for (const SdtService& service : services) {
    Buffer body;
    ByteWriter descriptor(body);
    descriptor.u8(service.type);
    write_dvb_text(descriptor, service.provider);
    write_dvb_text(descriptor, service.name);
    out.u16(service.id);
    out.u8(0xFC);                                                      // no EIT
    out.u16(static_cast<std::uint16_t>(4 << 13 | (body.size() + 2)));  // running, not scrambled
    out.u8(static_cast<std::uint8_t>(DescriptorTag::kService));
    out.u8(static_cast<std::uint8_t>(body.size()));
    out.bytes(body);
  }
  return finish_section(std::move(section), 0xF);
}

}  // namespace flu::container::mpegts
