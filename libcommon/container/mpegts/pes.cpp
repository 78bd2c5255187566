#include "libcommon/container/mpegts/pes.h"

#include <algorithm>

#include <fmt/format.h>

namespace flu::container::mpegts {
namespace {

constexpr std::size_t kFixedHeader = 6;  // up to and including PES_packet_length
constexpr std::size_t kFullHeader = 9;   // up to and including PES_header_data_length

// Streams whose packets have no optional header (ISO 13818-1 2.4.3.7).
bool has_no_header(std::uint8_t stream_id) {
  switch (stream_id) {
    case 0xBC:  // program_stream_map
    case 0xBE:  // padding_stream
    case 0xBF:  // private_stream_2
    case 0xF0:  // ECM
    case 0xF1:  // EMM
    case 0xF2:  // DSM-CC
    case 0xF8:  // H.222.1 type E
    case 0xFF:  // program_stream_directory
      return true;
    default: return false;
  }
}

// 33 bits in five bytes with marker bits, which are not looked at: some writers leave them 0.
std::uint64_t timestamp_at(Bytes bytes) {
  return std::uint64_t{bytes[0] & 0x0EU} << 29 | std::uint64_t{bytes[1]} << 22 |
         std::uint64_t{bytes[2] & 0xFEU} << 14 | std::uint64_t{bytes[3]} << 7 | bytes[4] >> 1;
}

}  // namespace

Result<std::optional<PesHeader>> parse_pes_header(Bytes bytes) {
  if (bytes.size() < kFixedHeader) return std::nullopt;
  if (bytes[0] != 0 || bytes[1] != 0 || bytes[2] != 1) {
    return fail(ErrorCode::kMalformed,
                fmt::format("PES header: {:02x}{:02x}{:02x}, expected 000001", bytes[0], bytes[1],
                            bytes[2]));
  }
  PesHeader header;
  header.stream_id = bytes[3];
  const std::size_t length = static_cast<std::size_t>(bytes[4]) << 8 | bytes[5];
  if (has_no_header(header.stream_id)) {
    header.size = kFixedHeader;
    header.payload_size = length;
    return header;
  }
  if (bytes.size() < kFullHeader) return std::nullopt;
  if ((bytes[6] & 0xC0) != 0x80) {
    return fail(
        ErrorCode::kMalformed,
        fmt::format("PES header of stream {:#x}: flags {:#x}, expected '10' in the top bits",
                    header.stream_id, bytes[6]));
  }
  header.is_scrambled = (bytes[6] & 0x30) != 0;
  header.size = kFullHeader + bytes[8];
  if (length != 0 && length + kFixedHeader < header.size) {
    return fail(ErrorCode::kMalformed,
                fmt::format("PES header of stream {:#x}: {} bytes of header in a packet of {}",
                            header.stream_id, header.size, length + kFixedHeader));
  }
  if (bytes.size() < header.size) return std::nullopt;
  if (length != 0) header.payload_size = length + kFixedHeader - header.size;
  const unsigned time_flags = bytes[7] >> 6;
  if (time_flags >= 2 && bytes[8] >= 5) header.times.pts = timestamp_at(bytes.subspan(9, 5));
  if (time_flags == 3 && bytes[8] >= 10) header.times.dts = timestamp_at(bytes.subspan(14, 5));
  return header;
}

void PesAssembler::start(Bytes payload) {
  buffer_.clear();
  is_taken_ = false;
  received_ = 0;
  state_ = State::kHeader;
  append(payload);
}

void PesAssembler::append(Bytes payload) {
  if (state_ == State::kIdle) return;
  if (state_ == State::kOverrun && received_ == 0) ++counters_->pes_errors;
  if (state_ != State::kHeader) return add_payload(payload);

  // Nearly always the header stands whole in the first packet; else it is gathered.
  const bool is_gathered = !buffer_.empty();
  if (is_gathered) flu::append(buffer_, payload);
  const auto header = parse_pes_header(is_gathered ? Bytes(buffer_) : payload);
  if (!header) return fail_and_wait();
  if (!*header) {
    if (!is_gathered) flu::append(buffer_, payload);
    return;
  }
  if (!is_gathered) return begin_payload(**header, payload.subspan((*header)->size));
  const Buffer gathered = std::move(buffer_);
  buffer_.clear();
  begin_payload(**header, Bytes(gathered).subspan((*header)->size));
}

void PesAssembler::begin_payload(const PesHeader& header, Bytes payload) {
  header_ = header;
  received_ = 0;
  is_full_ = false;
  state_ = State::kIdle;
  if (header.is_scrambled) {
    ++counters_->scrambled;
  } else if (!has_no_header(header.stream_id)) {  // padding and the like: not for a decoder
    state_ = State::kPayload;
    add_payload(payload);
  }
}

void PesAssembler::add_payload(Bytes bytes) {
  if (is_taken_) {
    buffer_.clear();
    is_taken_ = false;
  }
  if (state_ == State::kPayload && header_.payload_size) {
    bytes = bytes.first(std::min(bytes.size(), *header_.payload_size - received_));
    is_full_ = received_ + bytes.size() == *header_.payload_size;
  }
  if (kind_ == Kind::kOther && buffer_.size() + bytes.size() > kMaxGathered) {
    return fail_and_wait();
  }
  received_ += bytes.size();
  flu::append(buffer_, bytes);
}

PesAssembler::Part PesAssembler::take() {
  if (state_ == State::kIdle || state_ == State::kHeader || is_taken_) return {};
  is_taken_ = true;
  const bool is_first = state_ == State::kPayload && received_ == buffer_.size();
  return {buffer_, is_first ? header_.times : PesTimes{}};
}

void PesAssembler::finish() {
  if (state_ == State::kHeader) ++counters_->pes_errors;
  const bool goes_on = state_ == State::kPayload && is_full_ && kind_ == Kind::kVideo;
  if (state_ == State::kPayload && header_.payload_size && !is_full_) ++counters_->pes_errors;
  state_ = goes_on ? State::kOverrun : State::kIdle;
  received_ = 0;
  is_taken_ = true;
}

void PesAssembler::drop() {
  state_ = State::kIdle;
  is_taken_ = true;
}

bool PesAssembler::ends_with(Bytes payload) const {
  return payload.size() <= buffer_.size() &&
         std::equal(payload.begin(), payload.end(),
                    buffer_.end() - static_cast<std::ptrdiff_t>(payload.size()));
}

void PesAssembler::fail_and_wait() {
  ++counters_->pes_errors;
  drop();
  buffer_.clear();
}

}  // namespace flu::container::mpegts
