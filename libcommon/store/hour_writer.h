#pragma once

#include <cstdint>
#include <string>
#include <vector>

#include "libcommon/base/result.h"
#include "libcommon/base/unique_fd.h"
#include "libcommon/segment/hour_index.h"
#include "libcommon/segment/index_record.h"

namespace flu::store {

// One hour of a stream's archive while it is written: HH.idx and the newest HH.k.mp4. The order
// that makes a power cut harmless is the caller's: append(), sync_media(), write_records(),
// sync_records(), then what was appended is safe.
class HourWriter {
 public:
  struct Place {
    std::string folder;  // of the stream
    segment::Hour hour = 0;
    segment::StreamUuid uuid{};
    std::uint64_t epoch = 0;
    std::uint64_t max_blob_bytes = 0;
  };

  // Takes up what a writer before left, and cuts off what it did not finish: media without a
  // record, records without their media, torn ones.
  static Result<HourWriter> open(Place place);

  // Of all types, in order of arrival, those not yet synced too.
  [[nodiscard]] const std::vector<segment::IndexRecord>& records() const { return records_; }
  [[nodiscard]] segment::Hour hour() const { return place_.hour; }
  [[nodiscard]] bool has_pending() const { return records_.size() > written_; }
  // Cut off by open().
  [[nodiscard]] std::uint64_t dropped_bytes() const { return dropped_bytes_; }

  // Where the segment stands now; `init` begins each blob.
  Result<segment::IndexRecord> append(segment::IndexRecord record, Bytes segment, Bytes init);

  Result<void> sync_media();
  void media_is_synced();  // by a barrier over the whole file system
  Result<void> write_records();
  Result<void> sync_records();

 private:
  explicit HourWriter(Place place) : place_(std::move(place)) {}

  [[nodiscard]] std::string path(const std::string& file) const;
  Result<void> open_index();
  Result<void> recover_media();
  Result<bool> is_whole(const segment::IndexRecord& record);
  Result<void> drop_last_records(std::size_t count);
  Result<void> trim_blobs();
  Result<void> begin_blob(const segment::IndexRecord& record, Bytes init);

  Place place_;
  UniqueFd index_;
  std::uint64_t index_size_ = 0;  // up to the end of the last record written
  bool is_new_ = false;           // names in the folder that are not synced yet
  std::vector<segment::IndexRecord> records_;
  std::size_t written_ = 0;  // of records_
  std::uint64_t dropped_bytes_ = 0;

  UniqueFd blob_;  // the newest; not open: the next segment begins one
  std::uint16_t blob_number_ = 0;
  std::uint64_t blob_size_ = 0;
  std::uint32_t blob_init_ = 0;
  std::uint64_t blob_epoch_ = 0;
  std::vector<UniqueFd> finished_;  // blobs with media that is not synced
  std::uint32_t next_blob_ = 0;
};

}  // namespace flu::store
