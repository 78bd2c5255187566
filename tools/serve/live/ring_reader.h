#pragma once

#include <sys/uio.h>

#include <cstddef>
#include <cstdint>
#include <optional>
#include <span>

#include "libcommon/base/bytes.h"
#include "libcommon/base/clock.h"
#include "libcommon/media/time.h"
#include "tools/serve/live/chunk_ring.h"

namespace flu::serve {

// A client's place in a ring: what it is sent next. One that is too slow goes on with the newest
// start; chunks stay whole. Pure.
class RingReader {
 public:
  // From the start that lies so far back; where that is 0, from the next that comes, and where it
  // is not set, from the newest. The ring has one.
  RingReader(const ChunkRing& ring, std::optional<media::Ticks> prepush);

  // The bytes that come next, as many pieces as fit; 0: nothing is there now.
  std::size_t next_pieces(std::span<iovec> pieces, MonotonicTime now);
  void sent(std::size_t bytes);

  // At the next start, or at this one if that is what comes next.
  void finish();
  // Nothing is to come: it finished, or had to skip too often.
  [[nodiscard]] bool is_over() const;

  [[nodiscard]] std::uint64_t number() const { return number_; }  // of the oldest chunk it needs

 private:
  bool take_start();
  [[nodiscard]] std::optional<std::uint64_t> last_start() const;
  bool skip(std::uint64_t& number, MonotonicTime now);

  const ChunkRing* ring_;
  std::uint64_t number_;      // of the chunk that goes out
  ChunkRing::Chunk started_;  // that chunk, once a part of it is gone
  std::size_t offset_ = 0;
  bool waits_for_start_;
  ChunkRing::Chunk resumption_;  // goes before the chunk `number_`, after a skip
  bool is_started_resumption_ = false;
  unsigned skips_ = 0;
  MonotonicTime skipped_at_{};
  bool is_too_slow_ = false;
  std::optional<std::uint64_t> finish_after_;
};

}  // namespace flu::serve
