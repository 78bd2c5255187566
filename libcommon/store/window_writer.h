#pragma once

#include <cstdint>
#include <string>
#include <vector>

#include "libcommon/base/bytes.h"
#include "libcommon/base/result.h"
#include "libcommon/base/unique_fd.h"
#include "libcommon/media/time.h"
#include "libcommon/segment/index_record.h"
#include "libcommon/store/window_index.h"

namespace flu::store {

struct WindowSettings {
  std::uint32_t playlist_segments = 5;  // `segments`
  std::uint32_t kept_segments = 5;      // `segment_count`, never fewer than playlist_segments
  media::Ticks target{4 * 90'000};      // `segment_duration`
};

// How many of `records` (oldest first) must stay: the newest kept_segments, and each one until the
// playlist's length plus one target was published after it left the playlist (RFC 8216 6.2.2).
// Counted in media time, so that input read faster than real time does not pile up.
std::size_t count_to_keep(const std::vector<segment::IndexRecord>& records,
                          const WindowSettings& settings);

// The one writer of a live window: window.idx, its segments' eviction and the inits. The caller
// holds the stream's lock and has put a segment's file in place before its record is appended.
class WindowWriter {
 public:
  // Takes over the window that a former writer left, as far as its files are there.
  static Result<WindowWriter> open(const std::string& folder, const WindowSettings& settings);

  [[nodiscard]] const std::vector<segment::IndexRecord>& records() const { return records_; }
  [[nodiscard]] std::uint32_t target_duration() const { return header_.target_duration; }
  [[nodiscard]] const WindowSettings& settings() const { return settings_; }

  // Published with the next change; it only ever grows.
  void raise_target_duration(std::uint32_t seconds);
  void set_part_target(std::uint32_t ticks) { header_.part_target = ticks; }
  [[nodiscard]] std::uint32_t part_target() const { return header_.part_target; }

  // Evicts what has had its time. kInvalidArgument when seq or start would go back.
  Result<void> append(const segment::IndexRecord& record);

  // Other lengths, from the next append on; a longer playlist grows by a segment a time.
  Result<void> change(const WindowSettings& settings);

  // For a full file system: all but the newest `count` are given up.
  Result<void> shrink(std::size_t count);
  // How many segments a playlist shows for now; at most settings().playlist_segments.
  Result<void> limit_playlist(std::uint32_t segments);

  Result<void> set_ended(bool has_ended);

  // Makes init-HASH.mp4, if it is not there, and returns what records call it.
  Result<std::uint32_t> keep_init(Bytes init);

  // Unlinks what no record and no current segment needs: leftovers of a writer that was killed.
  void sweep() const;

  // The end of the window: nothing of it stays.
  void remove();

 private:
  WindowWriter() = default;

  [[nodiscard]] std::string path(std::string_view file) const;
  void drop_oldest(std::size_t count);
  Result<void> create_index();
  Result<void> publish_header();
  Result<void> evict(std::size_t count);
  void set_playlist_limit(std::uint32_t segments);
  void drop_unused_inits();

  std::string folder_;
  WindowSettings settings_;
  std::uint32_t playlist_limit_ = 0;  // settings_', or fewer for now
  WindowHeader header_;
  UniqueFd index_;
  std::vector<segment::IndexRecord> records_;
  std::uint32_t current_init_ = 0;
  std::vector<std::string> init_files_;  // names of those in use
};

}  // namespace flu::store
