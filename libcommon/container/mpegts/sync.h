#pragma once

#include <algorithm>
#include <cstdint>
#include <optional>

#include "libcommon/base/bytes.h"
#include "libcommon/container/mpegts/ts_packet.h"
#include "libcommon/container/mpegts/ts_reader.h"

namespace flu::container::mpegts {

// Cuts a byte stream into packets. Finds out whether they stand 188, 192 (a 4-byte time in front)
// or 204 bytes (16 bytes of Reed-Solomon code behind) apart, and finds the rhythm again when it is
// lost. How the stream is cut into calls makes no difference to what comes out.
class PacketSync {
 public:
  explicit PacketSync(TsCounters& counters) : counters_(&counters) {}

  // Calls `sink(PacketBytes)` for each packet.
  template <typename Sink>
  void feed(Bytes bytes, Sink&& sink) {
    while (!bytes.empty()) {
      if (carry_.empty()) {
        const std::size_t used = process(bytes, sink);
        append(carry_, bytes.subspan(used));
        return;
      }
      // Only what completes the carried bytes is copied; then the rest is read in place.
      const std::size_t carried = carry_.size();
      const std::size_t taken = std::min(bytes.size(), stride_ != 0 ? kLongest : kSearchBytes);
      append(carry_, bytes.first(taken));
      const std::size_t used = process(carry_, sink);
      if (used >= carried) {
        bytes = bytes.subspan(used - carried);
        carry_.clear();
      } else {
        bytes = bytes.subspan(taken);
        carry_.erase(carry_.begin(), carry_.begin() + static_cast<std::ptrdiff_t>(used));
      }
    }
  }

  // The end of the input: the last packets count although too few follow to be sure of the rhythm.
  template <typename Sink>
  void flush(Sink&& sink) {
    while (!carry_.empty()) {
      const std::size_t used = process(carry_, sink);
      carry_.erase(carry_.begin(), carry_.begin() + static_cast<std::ptrdiff_t>(used));
      if (carry_.empty()) break;
      if (stride_ != 0 || !lock_on_few()) {
        counters_->skipped_bytes += carry_.size();
        carry_.clear();
      }
    }
    pending_skip_ = 0;
  }

  // 188, 192 or 204; 0 while there is no rhythm.
  [[nodiscard]] std::size_t stride() const { return stride_; }

 private:
  static constexpr std::size_t kLongest = 204;
  // Five sync bytes at the longest distance.
  static constexpr std::size_t kSearchBytes = 4 * kLongest + kPacketSize;

  // Handles as much as can be decided on; returns how many bytes that was.
  template <typename Sink>
  std::size_t process(Bytes bytes, Sink&& sink) {
    std::size_t at = 0;
    while (true) {
      if (stride_ == 0) {
        at += search(bytes.subspan(at));
        if (stride_ == 0) return at;
      }
      const std::size_t skipped = std::min(pending_skip_, bytes.size() - at);
      pending_skip_ -= skipped;
      at += skipped;
      while (at < bytes.size() && bytes[at] == kSyncByte) {
        if (bytes.size() - at < kPacketSize) return at;
        sink(PacketBytes(bytes.data() + at, kPacketSize));
        const std::size_t step = std::min(stride_, bytes.size() - at);
        pending_skip_ = stride_ - step;
        at += step;
      }
      if (at >= bytes.size()) return at;
      stride_ = 0;
      was_locked_ = true;
      ++counters_->sync_losses;
    }
  }

  // Skips to where the rhythm begins and sets stride_, or as far as it certainly does not.
  std::size_t search(Bytes bytes);
  bool lock_on_few();

  TsCounters* counters_;
  Buffer carry_;                  // less than kSearchBytes + kLongest
  std::size_t stride_ = 0;        // 0: searching
  std::size_t pending_skip_ = 0;  // of the bytes between packets that have not come yet
  std::size_t skipped_ = 0;       // since the search began
  bool was_locked_ = false;
};

}  // namespace flu::container::mpegts
