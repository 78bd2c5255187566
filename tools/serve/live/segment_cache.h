#pragma once

#include <cstddef>
#include <list>
#include <memory>
#include <optional>
#include <string>
#include <string_view>
#include <unordered_map>

#include "libcommon/base/bytes.h"
#include "libcommon/base/clock.h"
#include "tools/serve/http/response.h"

namespace flu::serve {

// A segment as it is sent: made anew, or mapped from the window.
struct SentSegment {
  Body body;
  std::string etag;
  std::optional<WallTime> modified = std::nullopt;
};

// The sent segments of one worker, the least recently used dropped first. One larger than the
// whole is not kept.
class SegmentCache {
 public:
  explicit SegmentCache(std::size_t max_bytes) : max_bytes_(max_bytes) {}

  // Null when it is not here.
  std::shared_ptr<const SentSegment> find(const std::string& key);
  void add(const std::string& key, std::shared_ptr<const SentSegment> segment);

  // Those with such keys are wanted no more.
  void drop(std::string_view prefix, std::string_view suffix);

  [[nodiscard]] std::size_t bytes() const { return bytes_; }

 private:
  struct Entry {
    std::string key;
    std::shared_ptr<const SentSegment> segment;
  };

  using Place = std::list<Entry>::iterator;

  Place drop(Place place);

  std::size_t max_bytes_;
  std::size_t bytes_ = 0;
  std::list<Entry> entries_;  // most recently used first
  std::unordered_map<std::string, std::list<Entry>::iterator> places_;
};

}  // namespace flu::serve
