#include "tools/serve/live/segment_cache.h"

#include <iterator>
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
  while (bytes_ + size > max_bytes_) drop(std::prev(entries_.end()));
  entries_.push_front({key, std::move(segment)});
  places_.emplace(key, entries_.begin());
  bytes_ += size;
}

void SegmentCache::drop(std::string_view prefix, std::string_view suffix) {
  for (auto place = entries_.begin(); place != entries_.end();) {
    const bool is_meant = place->key.starts_with(prefix) && place->key.ends_with(suffix);
    place = is_meant ? drop(place) : std::next(place);
  }
}

SegmentCache::Place SegmentCache::drop(Place place) {
  bytes_ -= place->segment->body.bytes.size();
  places_.erase(place->key);
  return entries_.erase(place);
}

}  // namespace flu::serve
