#pragma once

#include <cstdint>
#include <map>
#include <optional>
#include <string>
#include <vector>

#include "libcommon/base/clock.h"
#include "libcommon/base/result.h"
#include "libcommon/segment/index_record.h"
#include "libcommon/segment/retention.h"
#include "libcommon/store/archive_cleaner.h"
#include "libcommon/store/archive_root.h"
#include "libcommon/store/archive_writer.h"
#include "tools/dvr/record/item.h"
#include "tools/dvr/record/suspects.h"

namespace flu::dvr {

// What became of a group of segments.
struct GroupResult {
  struct Acknowledged {
    std::string stream;
    segment::IndexRecord record;
    bool is_new_blob = false;
  };
  std::vector<Acknowledged> acknowledged;  // durable
  std::vector<Item> done;                  // these, and those recorded before or not worth it
  std::vector<Item> failed;                // to be tried again
  std::optional<Error> error;              // of the root: none was recorded
  std::map<std::string, Error> stream_errors;
  std::uint64_t damaged = 0;  // not what their records say: in `done`
  unsigned barriers = 0;
};

// The disk's side of a recorder: the archives of one root. Its calls wait for the disk; they are
// made by one thread.
class GroupWriter {
 public:
  struct Settings {
    std::string root;
    std::string memory;  // the state directory
    std::string owner;   // this machine
  };

  explicit GroupWriter(Settings settings);

  // All of it as one group: two barriers, however many streams.
  GroupResult write(std::vector<Item> items);

  // What each stream may keep; told to its archive when it is opened.
  void set_limits(std::map<std::string, segment::ArchiveLimits> limits);

  // Deletes what the limits ask for, for some seconds at most; the rest the next time. Of other
  // streams that lie there too, as their archives remember. `instead`: limits for all of them. On a
  // disk that is full so much goes that a minute can be recorded.
  Result<store::CleanReport> clean(const segment::ArchiveLimits& instead, media::Timestamp now);

  // Opens the coming hour of streams and closes the last, each stream at its own moment; closes
  // the archive of one that is silent, until something comes again.
  std::optional<Error> look_after_hours(media::Timestamp now, MonotonicTime monotonic);

 private:
  struct Batch;
  struct Archive {
    store::ArchiveWriter writer;
    MonotonicTime used{};  // when something was recorded last
  };

  Result<void> open_root();
  [[nodiscard]] std::uint64_t max_blob_bytes(const std::string& stream) const;
  Result<store::ArchiveWriter*> writer_of(const std::string& stream);
  Result<bool> append(Item& item, Batch& batch);
  Result<void> commit(Batch& batch, GroupResult& result);
  Result<void> look_after(Archive& archive, segment::Hour hour, std::int64_t second,
                          bool is_silent);
  void drop_stream(const std::string& stream, const Error& error, GroupResult& result);

  Settings settings_;
  Suspects suspects_;
  std::optional<store::ArchiveRoot> root_;
  std::map<std::string, Archive> archives_;
  std::map<std::string, segment::ArchiveLimits> limits_;
  std::uint64_t group_bytes_ = 0;  // of the largest
};

}  // namespace flu::dvr
