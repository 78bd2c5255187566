#include "libcommon/container/mpegts/sync.h"

#include <array>

namespace flu::container {
namespace mpegts {
namespace {

constexpr std::array<std::size_t, 3> kStrides = {188, 192, 204};
constexpr std::size_t kSyncsWanted = 5;
constexpr std::size_t kFewestSyncs = 3;

// How many of the sync bytes expected at `at`, `at + stride` ... stand there; stops at the first
// that does not. `is_cut`: the bytes ended before kSyncsWanted were looked at.
struct Rhythm {
  std::size_t syncs = 0;
  bool is_broken = false;
};

Rhythm rhythm_at(Bytes bytes, std::size_t at, std::size_t stride) {
  Rhythm rhythm;
  for (; rhythm.syncs < kSyncsWanted && at < bytes.size(); at += stride) {
    if (bytes[at] != kSyncByte) {
      rhythm.is_broken = true;
      break;
    }
    ++rhythm.syncs;
  }
  return rhythm;
}

}  // namespace

std::size_t PacketSync::search(Bytes bytes) {
  for (std::size_t at = 0; at < bytes.size(); ++at) {
    if (bytes[at] == kSyncByte) {
      for (const std::size_t stride : kStrides) {
        const Rhythm rhythm = rhythm_at(bytes, at, stride);
        if (rhythm.is_broken) continue;
        if (rhythm.syncs < kSyncsWanted) return at;  // undecided: more bytes are needed
        stride_ = stride;
        // The time in front of the first packet of a BDAV stream is not something passed over.
        if (stride == 192 && !was_locked_ && skipped_ == 4) counters_->skipped_bytes -= 4;
        skipped_ = 0;
        return at;
      }
    }
    ++skipped_;
    ++counters_->skipped_bytes;
  }
  return bytes.size();
}

bool PacketSync::lock_on_few() {
  for (const std::size_t stride : kStrides) {
    const Rhythm rhythm = rhythm_at(carry_, 0, stride);
    if (carry_.size() < kPacketSize || rhythm.is_broken) continue;
    // In the middle of rubbish one sync byte says nothing.
    if (skipped_ > 0 && rhythm.syncs < kFewestSyncs) continue;
    stride_ = stride;
    skipped_ = 0;
    return true;
  }
  // Not here: pass one byte over, so that the search goes on behind it.
  if (carry_.size() < kPacketSize) return false;
  carry_.erase(carry_.begin());
  ++skipped_;
  ++counters_->skipped_bytes;
  return true;
}

}  // namespace mpegts

std::optional<bool> looks_like_ts(Bytes head) {
  using mpegts::kPacketSize;
  if (head.size() < mpegts::kSyncsWanted * kPacketSize) return std::nullopt;
  bool is_undecided = false;
  for (std::size_t at = 0; at < 204; ++at) {
    for (const std::size_t stride : mpegts::kStrides) {
      const mpegts::Rhythm rhythm = mpegts::rhythm_at(head, at, stride);
      if (rhythm.is_broken) continue;
      if (rhythm.syncs == mpegts::kSyncsWanted) return true;
      is_undecided = is_undecided || rhythm.syncs + 1 == mpegts::kSyncsWanted;
    }
  }
  if (is_undecided) return std::nullopt;
  return false;
}

}  // namespace flu::container
