#pragma once

#include <cstdint>
#include <string>
#include <vector>

#include "libcommon/base/bytes.h"
#include "libcommon/base/result.h"

namespace flu::container::mpegts {

// CRC of ISO 13818-1 annex A; over a whole section it is 0.
std::uint32_t crc32_mpeg(Bytes bytes);

// Gathers the sections of one PID from packet payloads: spread over packets, several in one,
// stuffing between (ISO 13818-1 2.4.4).
class SectionAssembler {
 public:
  // 12 bits of length and the 3 bytes in front; private sections go up to this.
  static constexpr std::size_t kMaxSection = 4098;

  // Calls `sink(Bytes section)` for each that became whole. False: something did not fit, and the
  // rest of the payload was passed over.
  template <typename Sink>
  bool feed(Bytes payload, bool starts_unit, Sink&& sink) {
    bool held = true;
    if (starts_unit) {
      if (payload.empty() || payload[0] > payload.size() - 1) {
        reset();
        return false;
      }
      // What stands before the pointer's place ends the section begun earlier.
      const std::size_t pointer = payload[0];
      if (!buffer_.empty()) {
        take(payload.subspan(1, pointer), sink);
        held = buffer_.empty();
      }
      buffer_.clear();
      is_started_ = true;
      payload = payload.subspan(1 + pointer);
    } else if (!is_started_) {
      return true;
    }
    return take(payload, sink) && held;
  }

  // Packets were lost: an unfinished section is dropped.
  void reset() {
    buffer_.clear();
    is_started_ = false;
  }

 private:
  template <typename Sink>
  bool take(Bytes payload, Sink&& sink) {
    while (!payload.empty()) {
      // 0xFF in place of a table_id: stuffing up to the end of the packet.
      if (buffer_.empty() && payload[0] == 0xFF) {
        is_started_ = false;
        return true;
      }
      const std::size_t wanted = missing();
      const std::size_t taken = wanted < payload.size() ? wanted : payload.size();
      append(buffer_, payload.first(taken));
      payload = payload.subspan(taken);
      const std::size_t more = missing();
      if (buffer_.size() >= kHeader && buffer_.size() + more > kMaxSection) {
        reset();
        return false;
      }
      if (more == 0) {
        sink(Bytes(buffer_));
        buffer_.clear();
      }
    }
    return true;
  }

  static constexpr std::size_t kHeader = 3;

  // Bytes until the header, then the section, is whole.
  [[nodiscard]] std::size_t missing() const {
    if (buffer_.size() < kHeader) return kHeader - buffer_.size();
    const std::size_t length = static_cast<std::size_t>(buffer_[1] & 0x0F) << 8 | buffer_[2];
    return kHeader + length - buffer_.size();
  }

  Buffer buffer_;
  bool is_started_ = false;
};

struct PatProgram {
  std::uint16_t number = 0;
  std::uint16_t pmt_pid = 0;

  bool operator==(const PatProgram&) const = default;
};

struct Pat {
  std::uint16_t transport_stream = 0;
  std::uint8_t version = 0;
  std::uint8_t section = 0;
  std::uint8_t last_section = 0;
  bool is_current = true;
  std::vector<PatProgram> programs;  // without the network PID

  bool operator==(const Pat&) const = default;
};

struct PmtStream {
  std::uint8_t stream_type = 0;
  std::uint16_t pid = 0;
  Buffer descriptors;

  bool operator==(const PmtStream&) const = default;
};

struct Pmt {
  std::uint16_t program = 0;
  std::uint8_t version = 0;
  bool is_current = true;
  std::uint16_t pcr_pid = 0;
  Buffer descriptors;
  std::vector<PmtStream> streams;

  bool operator==(const Pmt&) const = default;
};

struct SdtService {
  std::uint16_t id = 0;
  std::uint8_t type = 1;
  std::string name;
  std::string provider;

  bool operator==(const SdtService&) const = default;
};

// Whole sections, CRC included. kMalformed where length, CRC or an inner length do not hold.
Result<Pat> parse_pat(Bytes section);
Result<Pmt> parse_pmt(Bytes section);
Result<std::vector<SdtService>> parse_sdt(Bytes section);

// The same the other way. kLimitExceeded where it does not fit in a section of 1024 bytes.
Result<Buffer> write_pat(const Pat& pat);
Result<Buffer> write_pmt(const Pmt& pmt);
Result<Buffer> write_sdt(std::uint16_t transport_stream, const std::vector<SdtService>& services,
                         std::uint8_t version = 0);

// A list of tag, length, body. `each(tag, body)`; false where a length goes past the end.
template <typename Each>
bool for_each_descriptor(Bytes list, Each&& each) {
  while (!list.empty()) {
    if (list.size() < 2 || list[1] > list.size() - 2) return false;
    each(list[0], list.subspan(2, list[1]));
    list = list.subspan(std::size_t{2} + list[1]);
  }
  return true;
}

}  // namespace flu::container::mpegts
