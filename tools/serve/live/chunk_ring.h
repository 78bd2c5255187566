#pragma once

#include <cstdint>
#include <deque>
#include <memory>
#include <optional>

#include "libcommon/base/bytes.h"
#include "libcommon/media/time.h"

namespace flu::serve {

// The newest bytes of an endless stream in numbered chunks, shared by all who read it at their own
// pace.
class ChunkRing {
 public:
  using Chunk = std::shared_ptr<const Buffer>;

  explicit ChunkRing(std::size_t max_bytes) : max_bytes_(max_bytes) {}

  // A reader may begin at a chunk that `is_start`, whose time is `at`. `resumption` is for one who
  // goes on there without what lies between.
  void add(Buffer bytes, bool is_start, Buffer resumption = {},
           media::Timestamp at = media::Timestamp(0));

  // Forgets what is before start_behind(`kept`) and before `needed`, the oldest chunk that a
  // reader still wants.
  void trim(std::uint64_t needed, media::Ticks kept = media::Ticks(0));
  void clear();  // numbers go on

  [[nodiscard]] std::uint64_t first() const { return first_; }
  [[nodiscard]] std::uint64_t end() const { return first_ + chunks_.size(); }
  [[nodiscard]] std::optional<std::uint64_t> newest_start() const;
  // The start that is at least so much before the newest one, or the oldest that there is.
  [[nodiscard]] std::optional<std::uint64_t> start_behind(media::Ticks time) const;
  [[nodiscard]] std::optional<std::uint64_t> next_start(std::uint64_t number) const;
  // What a reader who skips to the newest start is sent before it. Null where nothing is.
  [[nodiscard]] const Chunk& resumption() const { return resumption_; }
  [[nodiscard]] const Chunk* find(std::uint64_t number) const;
  [[nodiscard]] std::size_t bytes() const { return bytes_; }

 private:
  struct Start {
    std::uint64_t number;
    media::Timestamp at;
  };

  void drop_first();

  std::size_t max_bytes_;
  std::size_t bytes_ = 0;
  std::uint64_t first_ = 0;
  std::deque<Chunk> chunks_;
  std::deque<Start> starts_;
  Chunk resumption_;  // of the newest start
};

}  // namespace flu::serve
