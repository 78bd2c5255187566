#include "tools/serve/live/chunk_ring.h"

#include <algorithm>
#include <utility>

namespace flu::serve {

void ChunkRing::add(Buffer bytes, bool is_start, Buffer resumption, media::Timestamp at) {
  if (is_start) {
    starts_.push_back({end(), at});
    resumption_ =
        resumption.empty() ? nullptr : std::make_shared<const Buffer>(std::move(resumption));
  }
  bytes_ += bytes.size();
  chunks_.push_back(std::make_shared<const Buffer>(std::move(bytes)));
  while (bytes_ > max_bytes_ && chunks_.size() > 1) drop_first();
}

void ChunkRing::trim(std::uint64_t needed, media::Ticks kept) {
  const std::uint64_t keep = start_behind(kept).value_or(end());
  while (first_ < keep && first_ < needed) drop_first();
}

void ChunkRing::clear() {
  while (!chunks_.empty()) drop_first();
}

std::optional<std::uint64_t> ChunkRing::newest_start() const {
  return starts_.empty() ? std::nullopt : std::optional(starts_.back().number);
}

std::optional<std::uint64_t> ChunkRing::start_behind(media::Ticks time) const {
  if (starts_.empty()) return std::nullopt;
  const auto found = std::find_if(starts_.rbegin(), starts_.rend(), [&](const Start& start) {
    return starts_.back().at - start.at >= time;
  });
  return found == starts_.rend() ? starts_.front().number : found->number;
}

std::optional<std::uint64_t> ChunkRing::next_start(std::uint64_t number) const {
  const auto found = std::lower_bound(
      starts_.begin(), starts_.end(), number,
      [](const Start& start, std::uint64_t wanted) { return start.number < wanted; });
  return found == starts_.end() ? std::nullopt : std::optional(found->number);
}

const ChunkRing::Chunk* ChunkRing::find(std::uint64_t number) const {
  if (number < first_ || number >= end()) return nullptr;
  return &chunks_[static_cast<std::size_t>(number - first_)];
}

void ChunkRing::drop_first() {
  bytes_ -= chunks_.front()->size();
  chunks_.pop_front();
  ++first_;
  if (!starts_.empty() && starts_.front().number < first_) starts_.pop_front();
}

}  // namespace flu::serve
