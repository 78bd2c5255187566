#pragma once

#include <cstdint>
#include <memory>
#include <string>
#include <utility>
#include <vector>

#include "libcommon/base/result.h"
#include "libcommon/container/mp4/flu_stream.h"
#include "tools/segment/log_file.h"
#include "tools/segment/run.h"
#include "tools/segment/segment_table.h"

namespace flu::hub {

// cur.mp4 and prev.mp4 of a stream: one log a segment, each a flu stream that stands for itself.
// While a segment waits for its last audio its log is prev.mp4, so that both are there for a hub
// that comes after a kill.
class SegmentLog {
 public:
  explicit SegmentLog(std::string folder) : folder_(std::move(folder)) {}

  // What every log begins with, from the next begin() on.
  void set_head(const container::StreamHead& head, const media::Tracks& tracks);

  // A new log with its head and the first fragment; the position of that one's payload. It becomes
  // cur.mp4 with take_place() only.
  Result<std::uint64_t> begin(const Run& first);
  // Copies of frames out of `from`, to be pointed at them, as the new log's carried part.
  Result<void> carry(const LogFile& from,
                     const std::vector<std::pair<std::uint32_t, StoredSample*>>& early);
  // The new log becomes the growing one; the one before it is kept as prev.mp4 when `keep_before`.
  Result<void> take_place(bool keep_before);
  void discard_new();

  // A fragment at the end of the growing log; the position of its payload.
  std::uint64_t append(const Run& run);
  Result<void> append(const media::Event& event);

  // What is held of both logs goes to their files, the older one first. The error is of the newer.
  Result<void> flush();
  [[nodiscard]] std::size_t held_bytes() const;
  // Somebody reads the logs: all of each goes to its file before the log is let go.
  void set_followed(bool is_followed) { is_followed_ = is_followed; }
  void mark_key() { current_->mark_key(); }

  void drop_previous();  // its segment is published
  void finish();         // nothing grows until the next begin(); both files go

  [[nodiscard]] const std::shared_ptr<LogFile>& current() const { return current_; }
  [[nodiscard]] const std::shared_ptr<LogFile>& fresh() const { return fresh_; }

 private:
  [[nodiscard]] std::string path(std::string_view file) const;
  void let_go(LogFile& log);

  std::string folder_;
  container::FluWriter writer_;
  container::StreamHead head_;
  media::Tracks tracks_;
  std::uint64_t tracks_number_ = 0;
  std::shared_ptr<LogFile> fresh_;     // between begin() and take_place()
  std::shared_ptr<LogFile> current_;   // null while nothing grows
  std::shared_ptr<LogFile> previous_;  // prev.mp4
  bool is_followed_ = false;
  Buffer spare_;                 // memory of a log that is done
  std::weak_ptr<LogFile> last_;  // readers at the end of this one go on with the next
  Buffer header_;
};

}  // namespace flu::hub
