#pragma once

#include <cstdint>
#include <map>
#include <memory>
#include <string>
#include <vector>

#include "libcommon/base/result.h"
#include "libcommon/base/unique_fd.h"
#include "libcommon/segment/index_record.h"
#include "libcommon/store/archive_root.h"
#include "libcommon/store/hour_writer.h"
#include "libcommon/store/hours_file.h"
#include "libcommon/store/limits.h"
#include "libcommon/store/stream_file.h"

namespace flu::store {

// The archive of one stream, for the one process that records it. Segments are recorded in groups:
//
//   append() for each, sync_media(), write_records(), sync_records(), acknowledge()
//
// Before acknowledge() nothing of the group is promised; what it returns survives a power cut. A
// barrier over the whole file system (ArchiveRoot::sync) may stand for those of many streams. After
// an error the writer is to be thrown away and opened again.
class ArchiveWriter {
 public:
  struct Settings {
    std::string owner;  // of this machine; another one than before raises the epoch
    std::uint64_t max_blob_bytes = kMaxBlobBytes;
  };

  // Makes ROOT/STREAM, or recovers what is there: only the hours that were open. kUnavailable where
  // another process records the stream.
  static Result<ArchiveWriter> open(const ArchiveRoot& root, const std::string& stream,
                                    const Settings& settings);

  // Is that segment recorded, or in the group? A live window still has what was recorded before.
  Result<bool> has(const segment::IndexRecord& record);

  // `segment` as stored in the window, `init` the one that its record names.
  Result<segment::IndexRecord> append(const segment::IndexRecord& record, Bytes segment,
                                      Bytes init);
  Result<void> sync_media();
  void media_is_synced();  // by ArchiveRoot::sync()
  Result<void> write_records();
  Result<void> sync_records();
  std::vector<segment::IndexRecord> acknowledge();

  // Makes the folders of an hour to come, so that not all streams do it at once when it begins.
  Result<void> prepare(segment::Hour hour);
  // Closes hours before that one: what hours.idx says of them is final and durable.
  Result<void> close_before(segment::Hour hour);

  // What goes of it, and when, also after the configuration has forgotten the stream.
  Result<void> set_limits(const segment::ArchiveLimits& limits);

  [[nodiscard]] std::uint64_t epoch() const { return file_.epoch; }
  // What recovery cut off: it was never acknowledged.
  [[nodiscard]] std::uint64_t dropped_bytes() const { return dropped_bytes_; }

 private:
  ArchiveWriter(const ArchiveRoot& root, std::string folder, Settings settings)
      : root_(&root), folder_(std::move(folder)), settings_(std::move(settings)) {}

  Result<void> take_lock();
  Result<void> load_stream_file(const std::string& stream);
  Result<void> save_stream_file();
  Result<void> open_files(const std::string& stream);
  Result<void> rebuild_hours();
  Result<HourWriter*> open_hour(segment::Hour hour);
  Result<void> make_folders(segment::Hour hour);
  [[nodiscard]] bool is_in_group(segment::Hour hour) const;
  Result<void> tell(const HourWriter& hour);
  Result<void> close(const HourWriter& hour);

  const ArchiveRoot* root_;
  std::string folder_;
  Settings settings_;
  UniqueFd lock_;
  StreamFile file_;
  std::unique_ptr<HoursFile> hours_file_;
  std::map<segment::Hour, HourWriter> hours_;  // open ones
  std::vector<segment::IndexRecord> group_;    // appended, not acknowledged
  std::uint64_t dropped_bytes_ = 0;
};

}  // namespace flu::store
