#pragma once

#include <algorithm>
#include <cstddef>
#include <cstdint>
#include <optional>

#include "libcommon/base/bytes.h"
#include "libcommon/base/result.h"
#include "libcommon/container/mpegts/ts_reader.h"

namespace flu::container::mpegts {

// The times of a PES header as they stand there: 33 bits.
struct PesTimes {
  std::optional<std::uint64_t> pts;
  std::optional<std::uint64_t> dts;

  bool operator==(const PesTimes&) const = default;
};

struct PesHeader {
  std::uint8_t stream_id = 0;
  std::size_t size = 0;  // of the header: the payload begins here
  std::optional<std::size_t> payload_size;
  bool is_scrambled = false;
  PesTimes times;
};

// ISO 13818-1 2.4.3.6. nullopt: the header goes on in the next packet.
Result<std::optional<PesHeader>> parse_pes_header(Bytes bytes);

// Gathers one elementary stream's PES packets from transport packets: whole for audio and
// subtitles; video is handed on in parts, so that a picture is known to be complete with the first
// bytes of the next. The memory is kept from one to the next.
class PesAssembler {
 public:
  enum class Kind { kVideo, kOther };
  PesAssembler(Kind kind, TsCounters& counters) : kind_(kind), counters_(&counters) {}

  // Audio and subtitles beyond this are dropped and counted: a PES that is not video says its
  // length in 16 bits, but some writers leave it out.
  static constexpr std::size_t kMaxGathered = std::size_t{1} << 20;

  struct Part {
    Bytes payload;   // valid until start() or append()
    PesTimes times;  // with the first part
  };

  // The payload of a packet that begins a PES; finish() the one before first.
  void start(Bytes payload);
  void append(Bytes payload);

  // Bytes gathered and not taken.
  [[nodiscard]] std::size_t pending() const { return is_taken_ ? 0 : buffer_.size(); }

  // Bytes of this PES taken so far.
  [[nodiscard]] std::size_t taken() const { return received_ - std::min(received_, pending()); }

  // All bytes that its length promises have come.
  [[nodiscard]] bool is_full() const { return state_ == State::kPayload && is_full_; }

  // Empty where nothing is pending.
  Part take();

  // The PES ends here; what was not taken is gone.
  void finish();

  // Bytes were lost: waits for the next start.
  void drop();

  // Whether `payload` may be what came last: a repeated packet rather than one 16 later.
  [[nodiscard]] bool ends_with(Bytes payload) const;

 private:
  // kOverrun: full, and yet more may come. Video only: a length above 65535 is sometimes wrapped.
  enum class State { kIdle, kHeader, kPayload, kOverrun };

  void begin_payload(const PesHeader& header, Bytes payload);
  void add_payload(Bytes bytes);
  void fail_and_wait();

  Kind kind_;
  // Counts broken headers, payloads shorter than they promise or over the limit; and scrambled.
  TsCounters* counters_;
  State state_ = State::kIdle;
  bool is_full_ = false;
  bool is_taken_ = false;
  std::size_t received_ = 0;  // bytes of payload
  PesHeader header_;
  Buffer buffer_;
};

}  // namespace flu::container::mpegts
