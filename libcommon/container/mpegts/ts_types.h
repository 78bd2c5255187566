#pragma once

#include <cstddef>
#include <cstdint>

namespace flu::container::mpegts {

// Numbers of ISO 13818-1, ETSI EN 300 468 and ATSC A/52, A/53 that both reader and writer need.

inline constexpr std::size_t kPacketSize = 188;
inline constexpr std::uint8_t kSyncByte = 0x47;

inline constexpr std::uint16_t kPatPid = 0x0000;
inline constexpr std::uint16_t kSdtPid = 0x0011;
inline constexpr std::uint16_t kFirstStreamPid = 0x0010;  // ISO 13818-1 table 2-3
inline constexpr std::uint16_t kFirstFreePid = 0x0020;    // below: tables of DVB
inline constexpr std::uint16_t kNullPid = 0x1FFF;
inline constexpr std::size_t kPidCount = 8192;

inline constexpr std::uint8_t kPatTable = 0x00;
inline constexpr std::uint8_t kPmtTable = 0x02;
inline constexpr std::uint8_t kSdtTable = 0x42;  // actual transport stream
inline constexpr std::uint8_t kSpliceTable = 0xFC;
inline constexpr std::uint8_t kVersions = 32;  // version_number of a table has 5 bits

// ISO 13818-1 table 2-34; the last five are ATSC's and SCTE's.
enum class StreamType : std::uint8_t {
  kMpeg1Video = 0x01,
  kMpeg2Video = 0x02,
  kMpeg1Audio = 0x03,
  kMpeg2Audio = 0x04,
  kPrivatePes = 0x06,
  kAdts = 0x0F,
  kLatm = 0x11,
  kH264 = 0x1B,
  kHevc = 0x24,
  kAc3 = 0x81,
  kHdmvEac3 = 0x84,
  kScte35 = 0x86,
  kEac3 = 0x87,
};

enum class DescriptorTag : std::uint8_t {
  kRegistration = 0x05,
  kLanguage = 0x0A,
  kService = 0x48,
  kTeletext = 0x56,
  kSubtitling = 0x59,
  kAc3 = 0x6A,
  kEac3 = 0x7A,
  kExtension = 0x7F,
};

inline constexpr std::uint8_t kSupplementaryAudioExtension = 0x06;  // ETSI EN 300 468 6.4.11
inline constexpr std::uint8_t kOpusExtension = 0x80;                // Opus in MPEG-TS, 4.2

// Four characters as a registration descriptor carries them.
constexpr std::uint32_t four_cc(const char (&text)[5]) {
  std::uint32_t value = 0;
  for (int i = 0; i < 4; ++i) value = (value << 8) | static_cast<std::uint8_t>(text[i]);
  return value;
}

inline constexpr std::uint64_t kTimestampMask = (std::uint64_t{1} << 33) - 1;

}  // namespace flu::container::mpegts
