#include "libcommon/container/mpegts/packetizer.h"

#include <algorithm>
#include <array>
#include <cstring>

#include "libcommon/base/check.h"

namespace flu::container::mpegts {
namespace {

constexpr std::size_t kHeaderSize = 4;
constexpr std::size_t kPesStart = 6;  // of a PES packet, up to and including its length
constexpr std::size_t kRoom = kPacketSize - kHeaderSize;  // 184

// Bytes of the adaptation field that `marks` need, its length byte included.
std::size_t marks_size(const PacketMarks& marks) {
  if (marks.pcr) return 8;
  return marks.is_random_access || marks.is_discontinuous ? 2 : 0;
}

void put_header(std::uint8_t* at, std::uint16_t pid, bool starts_unit, unsigned control,
                std::uint8_t continuity) {
  at[0] = kSyncByte;
  at[1] = static_cast<std::uint8_t>((starts_unit ? 0x40 : 0) | pid >> 8);
  at[2] = static_cast<std::uint8_t>(pid);
  at[3] = static_cast<std::uint8_t>(control << 4 | continuity);
}

// An adaptation field of `size` bytes in all; what `marks` leave is stuffing (ISO 13818-1 2.4.3.5).
void put_adaptation(std::uint8_t* at, std::size_t size, const PacketMarks& marks) {
  at[0] = static_cast<std::uint8_t>(size - 1);
  if (size == 1) return;
  at[1] = static_cast<std::uint8_t>((marks.is_discontinuous ? 0x80 : 0) |
                                    (marks.is_random_access ? 0x40 : 0) | (marks.pcr ? 0x10 : 0));
  std::size_t used = 2;
  if (marks.pcr) {
    const std::uint64_t base = *marks.pcr & kTimestampMask;
    at[2] = static_cast<std::uint8_t>(base >> 25);
    at[3] = static_cast<std::uint8_t>(base >> 17);
    at[4] = static_cast<std::uint8_t>(base >> 9);
    at[5] = static_cast<std::uint8_t>(base >> 1);
    at[6] = static_cast<std::uint8_t>((base & 1) << 7 | 0x7E);
    at[7] = 0;
    used = 8;
  }
  std::memset(at + used, 0xFF, size - used);
}

std::uint8_t* grow(Buffer& out, std::size_t packets) {
  const std::size_t before = out.size();
  out.resize(before + packets * kPacketSize);
  return out.data() + before;
}

}  // namespace

std::size_t packets_of(std::size_t unit_bytes, const PacketMarks& marks) {
  const std::size_t bytes = unit_bytes + marks_size(marks);
  return std::max<std::size_t>(1, (bytes + kRoom - 1) / kRoom);
}

void write_unit(OutPid& pid, Pieces::Reader unit, std::size_t size, const PacketMarks& marks,
                std::size_t extra, Buffer& out) {
  const std::size_t packets = packets_of(size, marks) + extra;
  FLU_CHECK(size >= packets);
  std::uint8_t* at = grow(out, packets);
  std::size_t rest = size;
  std::size_t i = 0;
  while (i < packets) {
    const std::size_t wanted_adaptation = i == 0 ? marks_size(marks) : 0;
    const std::size_t after = packets - 1 - i;
    const std::size_t taken = std::min(kRoom - wanted_adaptation, rest - after);
    const std::size_t adaptation = kRoom - taken;
    put_header(at, pid.pid, i == 0, adaptation > 0 ? 3 : 1, pid.continuity);
    if (adaptation > 0) {
      put_adaptation(at + kHeaderSize, adaptation, i == 0 ? marks : PacketMarks{});
    }
    unit.copy(at + kHeaderSize + adaptation, taken);
    rest -= taken;
    pid.continuity = (pid.continuity + 1) & 0x0F;
    at += kPacketSize;
    ++i;
    // Nearly all packets are like this: whole and plain, copied with a size known here.
    for (; i < packets && rest >= kRoom + packets - 1 - i; ++i) {
      put_header(at, pid.pid, false, 1, pid.continuity);
      if (const std::uint8_t* const from = unit.take(kRoom)) {
        std::memcpy(at + kHeaderSize, from, kRoom);
      } else {
        unit.copy(at + kHeaderSize, kRoom);
      }
      rest -= kRoom;
      pid.continuity = (pid.continuity + 1) & 0x0F;
      at += kPacketSize;
    }
  }
}

void write_section(OutPid& pid, Bytes section, Buffer& out) {
  bool is_first = true;
  while (is_first || !section.empty()) {
    std::uint8_t* at = grow(out, 1);
    put_header(at, pid.pid, is_first, 1, pid.continuity);
    std::size_t used = kHeaderSize;
    if (is_first) at[used++] = 0;  // pointer_field
    const std::size_t taken = std::min(kPacketSize - used, section.size());
    std::memcpy(at + used, section.data(), taken);
    std::memset(at + used + taken, 0xFF, kPacketSize - used - taken);
    section = section.subspan(taken);
    pid.continuity = (pid.continuity + 1) & 0x0F;
    is_first = false;
  }
}

void write_bare_packet(const OutPid& pid, const PacketMarks& marks, Buffer& out) {
  std::uint8_t* at = grow(out, 1);
  put_header(at, pid.pid, false, 2, (pid.continuity + 15) & 0x0F);
  put_adaptation(at + kHeaderSize, kRoom, marks);
}

void write_padding(OutPid& pid, Buffer& out) {
  const std::size_t packets = (16U - pid.continuity) & 0x0FU;
  if (packets == 0) return;
  std::array<std::uint8_t, 15 * kRoom> unit{};
  const std::size_t size = packets * kRoom;
  std::memset(unit.data(), 0xFF, size);
  const std::size_t length = size - kPesStart;
  const std::array<std::uint8_t, kPesStart> start = {
      0, 0, 1, 0xBE, static_cast<std::uint8_t>(length >> 8), static_cast<std::uint8_t>(length)};
  std::copy(start.begin(), start.end(), unit.begin());
  write_unit(pid, Bytes(unit).first(size), {}, 0, out);
}

}  // namespace flu::container::mpegts
