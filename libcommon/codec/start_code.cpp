#include "libcommon/codec/start_code.h"

#include <algorithm>
#include <cstring>

namespace flu::codec {

namespace {

using Lanes = std::uint8_t __attribute__((vector_size(16)));
using Halves = std::uint64_t __attribute__((vector_size(16)));

Lanes load(const std::uint8_t* from) {
  Lanes lanes;
  std::memcpy(&lanes, from, sizeof lanes);
  return lanes;
}

// Do two zeros in a row begin in the 32 bytes at `from`? Reads 33.
bool has_zero_pair(const std::uint8_t* from) {
  const Lanes first = (load(from) | load(from + 1)) == 0;
  const Lanes second = (load(from + 16) | load(from + 17)) == 0;
  const Lanes any = first | second;
  Halves halves;
  std::memcpy(&halves, &any, sizeof halves);
  return (halves[0] | halves[1]) != 0;
}

}  // namespace

std::size_t find_start_code(Bytes bytes, std::size_t from) {
  constexpr std::size_t kStep = 32;
  const std::uint8_t* const data = bytes.data();
  std::size_t at = from;
  while (at < bytes.size() && bytes.size() - at >= 3) {
    // Compressed video hardly ever holds two zeros that begin no start code.
    while (bytes.size() - at > kStep + 2 && !has_zero_pair(data + at)) at += kStep;
    const std::size_t end = std::min(at + kStep, bytes.size() - 2);
    for (; at < end; ++at) {
      if (data[at + 2] == 1 && data[at + 1] == 0 && data[at] == 0) return at;
    }
  }
  return bytes.size();
}

Bytes without_trailing_zeros(Bytes bytes) {
  std::size_t size = bytes.size();
  while (size > 0 && bytes[size - 1] == 0) --size;
  return bytes.first(size);
}

// Hands on bytes of the unit in progress, holding back zeros at the end: they may belong to a start
// code.
void StartCodeScanner::pass(Bytes bytes) {
  const Bytes body = without_trailing_zeros(bytes);
  zeros_ = bytes.size() - body.size();
  if (!body.empty()) {
    if (is_in_unit_) {
      sink_->unit_bytes(body);
    } else {
      sink_->outside(body.size());
    }
  }
}

void StartCodeScanner::start_code(std::size_t zeros_before) {
  if (is_in_unit_) {
    sink_->unit_end(zeros_before);
  } else if (zeros_before > 0) {
    sink_->outside(zeros_before);
  }
  is_in_unit_ = true;
  zeros_ = 0;
  sink_->unit_begin();
}

// Settles the zeros held back with the first bytes of what came next; returns how many were used.
std::size_t StartCodeScanner::join(Bytes bytes) {
  const auto first =
      std::find_if(bytes.begin(), bytes.end(), [](std::uint8_t byte) { return byte != 0; });
  const auto zeros = static_cast<std::size_t>(first - bytes.begin());
  zeros_ += zeros;
  if (first == bytes.end()) return zeros;
  if (*first == 1 && zeros_ >= 2) {
    start_code(zeros_ - 2);
    return zeros + 1;
  }
  if (is_in_unit_) {
    sink_->unit_zeros(zeros_);
  } else {
    sink_->outside(zeros_);
  }
  zeros_ = 0;
  return zeros;
}

void StartCodeScanner::feed(Bytes bytes) {
  std::size_t at = zeros_ > 0 ? join(bytes) : 0;
  while (at < bytes.size()) {
    const std::size_t code = find_start_code(bytes, at);
    pass(bytes.subspan(at, code - at));
    if (code == bytes.size()) break;
    start_code(zeros_);
    at = code + 3;
  }
}

void StartCodeScanner::flush() {
  if (is_in_unit_) {
    sink_->unit_end(zeros_);
  } else if (zeros_ > 0) {
    sink_->outside(zeros_);
  }
  reset();
}

void StartCodeScanner::reset() {
  is_in_unit_ = false;
  zeros_ = 0;
}

}  // namespace flu::codec
