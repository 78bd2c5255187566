#include "tools/serve/live/chunk_ring.h"

#include <utility>

namespace flu::serve {

void ChunkRing::add(Buffer bytes, bool is_start, Buffer resumption) {
  if (is_start) {
    newest_start_ = end();
    resumption_ =
        resumption.empty() ? nullptr : std::make_shared<const Buffer>(std::move(resumption));
  }
  bytes_ += bytes.size();
  chunks_.push_back(std::make_shared<const Buffer>(std::move(bytes)));
  while (bytes_ > max_bytes_ && chunks_.size() > 1) drop_first();
}

void ChunkRing::trim(std::uint64_t needed) {
  const std::uint64_t keep = newest_start().value_or(end());
  while (first_ < keep && first_ < needed) drop_first();
}

void ChunkRing::clear() {
  while (!chunks_.empty()) drop_first();
}

std::optional<std::uint64_t> ChunkRing::newest_start() const {
  return newest_start_ && *newest_start_ >= first_ ? newest_start_ : std::nullopt;
}

const ChunkRing::Chunk* ChunkRing::find(std::uint64_t number) const {
  if (number < first_ || number >= end()) return nullptr;
  return &chunks_[static_cast<std::size_t>(number - first_)];
}

void ChunkRing::drop_first() {
  bytes_ -= chunks_.front()->size();
  chunks_.pop_front();
  ++first_;
  if (newest_start_ && *newest_start_ < first_) newest_start_.reset();
}

}  // namespace flu::serve
