#pragma once

#include <cstdint>
#include <string>
#include <vector>

#include "libcommon/base/result.h"
#include "libcommon/base/unique_fd.h"
#include "libcommon/media/track.h"
#include "libcommon/segment/index_record.h"

namespace flu::store {

// What stands in window.idx at one moment.
struct WindowSnapshot {
  std::uint64_t generation = 0;         // changes with every change of the window
  std::uint32_t target_duration = 0;    // seconds, HLS TARGETDURATION
  std::uint32_t part_target = 0;        // 90 kHz ticks
  std::uint32_t playlist_segments = 0;  // how many of the newest belong in a playlist (`segments`)
  bool has_ended = false;               // the hub left; the window stays for its length
  media::Timestamp run_start{0};        // of the oldest's tracks (WindowHeader)
  std::vector<segment::IndexRecord> segments;  // oldest first; all of them can still be fetched
};

// Reads a stream's live window as other processes see it. Never maps, never blocks on the writer.
class WindowReader {
 public:
  // `folder` is RUN_DIR/live/NAME. kNotFound where there is no window.
  static Result<WindowReader> open(const std::string& folder);

  // Cheap when nothing changed. A torn read is retried once, then the last good copy is given.
  // kNotFound once the window is gone.
  Result<const WindowSnapshot*> refresh();

  // The file of one segment, for sendfile; it may be unlinked meanwhile.
  [[nodiscard]] Result<UniqueFd> open_segment(const segment::IndexRecord& record) const;

  // The tracks of init-HASH.mp4 and its bytes.
  [[nodiscard]] Result<media::Tracks> tracks(const segment::IndexRecord& record) const;
  [[nodiscard]] Result<Buffer> init(const segment::IndexRecord& record) const;

 private:
  WindowReader() = default;

  Result<void> reopen();
  Result<void> read_once();

  std::string folder_;
  std::string index_path_;
  UniqueFd index_;
  bool has_snapshot_ = false;
  WindowSnapshot snapshot_;
};

}  // namespace flu::store
