#include "libcommon/codec/start_code.h"

#include <algorithm>
#include <cstring>

namespace flu::codec {

std::size_t find_start_code(Bytes bytes, std::size_t from) {
  // The 01 is looked for, not the zeros: memchr is vectorised, and compressed video holds a 01
  // only every few hundred bytes, zeros far more often.
  std::size_t at = from + 2;
  while (at < bytes.size()) {
    const void* const found = std::memchr(bytes.data() + at, 1, bytes.size() - at);
    if (found == nullptr) break;
    at = static_cast<std::size_t>(static_cast<const std::uint8_t*>(found) - bytes.data());
    if (bytes[at - 1] == 0 && bytes[at - 2] == 0) return at - 2;
    ++at;
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
