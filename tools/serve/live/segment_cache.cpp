#include "tools/serve/live/segment_cache.h"

#include <utility>

namespace flu::serve {

std::shared_ptr<const SentSegment> SegmentCache::find(const std::string& key) {
  const auto place = places_.find(key);
  if (place == places_.end()) return nullptr;
  entries_.splice(entries_.begin(), entries_, place->second);
  return entries_.front().segment;
}

void SegmentCache::add(const std::string& key, std::shared_ptr<const SentSegment> segment) {
  const std::size_t size = segment->body.bytes.size();
  if (size > max_bytes_ || places_.contains(key)) return;
  while (bytes_ + size > max_bytes_) drop_oldest();
  entries_.push_front({key, std::move(segment)});
  places_.emplace(key, entries_.begin());
  bytes_ += size;
}

void SegmentCache::drop_oldest() {
  const Entry& oldest = entries_.back();
  bytes_ -= oldest.segment->body.bytes.size();
  places_.erase(oldest.key);
  entries_.pop_back();
}

}  // namespace flu::serve
