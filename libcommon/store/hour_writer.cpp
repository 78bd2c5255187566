#include "libcommon/store/hour_writer.h"

#include <fcntl.h>
#include <sys/stat.h>
#include <unistd.h>

#include <algorithm>
#include <cerrno>
#include <map>
#include <utility>

#include <fmt/format.h>

#include "libcommon/base/crc32c.h"
#include "libcommon/io/file.h"
#include "libcommon/io/system_error.h"
#include "libcommon/store/archive_names.h"
#include "libcommon/store/durable_file.h"
#include "libcommon/store/limits.h"
#include "libcommon/store/segment_check.h"
#include "libcommon/store/window_names.h"

namespace flu::store {
namespace {

using segment::IndexRecord;
using segment::RecordType;

Result<std::uint64_t> size_of(int fd, std::string_view name) {
  struct stat status {};
  if (::fstat(fd, &status) != 0) return io::fail_system("stat", name, errno);
  return static_cast<std::uint64_t>(std::max<off_t>(status.st_size, 0));
}

Result<void> cut_to(int fd, std::uint64_t size, std::string_view name) {
  if (::ftruncate(fd, static_cast<off_t>(size)) != 0) {
    return io::fail_system("truncate", name, errno);
  }
  return {};
}

}  // namespace

std::string HourWriter::path(const std::string& file) const {
  return in_folder(place_.folder, file);
}

Result<HourWriter> HourWriter::open(Place place) {
  HourWriter writer(std::move(place));
  FLU_TRY(writer.open_index());
  FLU_TRY(writer.recover_media());
  // Records of a writer that was killed are taken for safe from now on.
  if (!writer.records_.empty()) FLU_TRY(writer.sync_records());
  return writer;
}

Result<void> HourWriter::open_index() {
  const std::string name = path(hour_index_file(place_.hour));
  FLU_TRY_ASSIGN(index_, io::open_file(name, O_RDWR | O_CREAT));
  FLU_TRY_ASSIGN(const Buffer content, io::read_file(name, kMaxHourIndexBytes));
  const segment::HourRecords found = segment::read_hour_records(content);
  if (!found.header || found.header->hour != place_.hour) {
    const segment::HourHeader header{segment::kRecordSize, place_.hour, place_.uuid};
    FLU_TRY(io::pwrite_all(index_.get(), segment::write_hour_header(header), 0, name));
  } else if (found.header->record_size != segment::kRecordSize) {
    return fail(ErrorCode::kUnsupported,
                fmt::format("{}: records of {} bytes, which a later version has written", name,
                            found.header->record_size));
  }
  is_new_ = true;  // a writer that was killed may have left names that are not durable
  records_ = found.records;
  written_ = records_.size();
  index_size_ = std::max(found.size, segment::kHourHeaderSize);
  if (content.size() > index_size_) {
    dropped_bytes_ += content.size() - index_size_;
    FLU_TRY(cut_to(index_.get(), index_size_, name));
  }
  const bool has_newer_owner =
      std::any_of(records_.begin(), records_.end(),
                  [&](const IndexRecord& record) { return record.epoch > place_.epoch; });
  if (has_newer_owner) {
    return fail(ErrorCode::kDenied,
                fmt::format("{}: another server has recorded this stream since", name));
  }
  return {};
}

// Is the media of a record there, as it was written?
Result<bool> HourWriter::is_whole(const IndexRecord& record) {
  const std::string name = path(blob_file(place_.hour, record.blob));
  auto file = io::open_file(name, O_RDONLY);
  if (!file && file.error().code == ErrorCode::kNotFound) return false;
  if (!file) return tl::unexpected(std::move(file).error());
  FLU_TRY_ASSIGN(const Buffer bytes,
                 io::pread_up_to(file->get(), record.size, record.offset, name));
  if (bytes.size() < record.size) return false;
  if (record.type == RecordType::kOpen) return crc32c(bytes) == record.data_crc;
  return check_segment(record, bytes).has_value();
}

Result<void> HourWriter::drop_last_records(std::size_t count) {
  records_.resize(records_.size() - count);
  written_ = records_.size();
  index_size_ -= count * segment::kRecordSize;
  return cut_to(index_.get(), index_size_, path(hour_index_file(place_.hour)));
}

// The last record tells whether the disk kept its word; where not, back to one that is whole.
Result<void> HourWriter::recover_media() {
  std::size_t broken = 0;
  for (; broken < records_.size(); ++broken) {
    const IndexRecord& record = records_[records_.size() - 1 - broken];
    FLU_TRY_ASSIGN(const bool is_good, is_whole(record));
    if (is_good) break;
    dropped_bytes_ += record.size;
  }
  if (broken > 0) FLU_TRY(drop_last_records(broken));
  return trim_blobs();
}

// Media behind the last record, and blobs that no record names, were never acknowledged.
Result<void> HourWriter::trim_blobs() {
  std::map<std::uint16_t, std::uint64_t> ends;
  for (const IndexRecord& record : records_) {
    if (record.type != RecordType::kSegment && record.type != RecordType::kOpen) continue;
    std::uint64_t& end = ends[record.blob];
    end = std::max(end, record.offset + record.size);
  }
  next_blob_ = ends.empty() ? 0 : ends.rbegin()->first + 1U;
  if (ends.empty()) return {};
  blob_number_ = ends.rbegin()->first;
  const std::string name = path(blob_file(place_.hour, blob_number_));
  auto blob = io::open_file(name, O_RDWR);
  if (!blob && blob.error().code == ErrorCode::kNotFound) return {};  // cleaned: the next is new
  if (!blob) return tl::unexpected(std::move(blob).error());
  FLU_TRY_ASSIGN(const std::uint64_t size, size_of(blob->get(), name));
  if (size < ends.rbegin()->second) return {};
  if (size > ends.rbegin()->second) {
    dropped_bytes_ += size - ends.rbegin()->second;
    FLU_TRY(cut_to(blob->get(), ends.rbegin()->second, name));
  }
  blob_ = std::move(*blob);
  blob_size_ = ends.rbegin()->second;
  for (const IndexRecord& record : records_) {
    if (record.blob != blob_number_) continue;
    blob_init_ = record.init_hash;
    blob_epoch_ = record.epoch;
  }
  return {};
}

Result<void> HourWriter::begin_blob(const IndexRecord& record, Bytes init) {
  if (next_blob_ > 0xffff) {
    return fail(ErrorCode::kLimitExceeded,
                fmt::format("{}: 65536 blobs in an hour", day_folder(place_.hour)));
  }
  const std::string name = path(blob_file(place_.hour, next_blob_));
  // What a writer before left behind without a record.
  FLU_TRY_ASSIGN(UniqueFd fresh, io::open_file(name, O_RDWR | O_CREAT | O_TRUNC));
  FLU_TRY(io::pwrite_all(fresh.get(), init, 0, name));
  if (blob_) finished_.push_back(std::exchange(blob_, UniqueFd()));
  blob_ = std::move(fresh);
  is_new_ = true;
  blob_number_ = static_cast<std::uint16_t>(next_blob_++);
  blob_size_ = init.size();
  blob_init_ = record.init_hash;
  blob_epoch_ = place_.epoch;

  IndexRecord opened;
  opened.type = RecordType::kOpen;
  opened.start = record.start;
  opened.seq = record.seq;
  opened.size = static_cast<std::uint32_t>(init.size());
  opened.blob = blob_number_;
  opened.data_crc = crc32c(init);
  opened.epoch = place_.epoch;
  opened.disc_seq = record.disc_seq;
  opened.init_hash = record.init_hash;
  records_.push_back(opened);
  return {};
}

Result<IndexRecord> HourWriter::append(IndexRecord record, Bytes segment, Bytes init) {
  const bool fits =
      blob_ && blob_init_ == record.init_hash && blob_epoch_ == place_.epoch &&
      blob_size_ + segment.size() <= std::max(place_.max_blob_bytes, init.size() + segment.size());
  if (!fits) FLU_TRY(begin_blob(record, init));
  record.offset = blob_size_;
  record.blob = blob_number_;
  record.epoch = place_.epoch;
  FLU_TRY(
      io::pwrite_all(blob_.get(), segment, blob_size_, path(blob_file(place_.hour, blob_number_))));
  blob_size_ += segment.size();
  records_.push_back(record);
  return record;
}

Result<void> HourWriter::sync_media() {
  for (const UniqueFd& blob : finished_) FLU_TRY(sync_data(blob.get(), "a blob"));
  if (blob_ && has_pending()) {
    FLU_TRY(sync_data(blob_.get(), path(blob_file(place_.hour, blob_number_))));
  }
  if (is_new_) {
    FLU_TRY(sync_data(index_.get(), path(hour_index_file(place_.hour))));
    FLU_TRY(sync_folder(path(day_folder(place_.hour))));
  }
  media_is_synced();
  return {};
}

void HourWriter::media_is_synced() {
  finished_.clear();
  is_new_ = false;
}

Result<void> HourWriter::write_records() {
  Buffer bytes;
  for (std::size_t i = written_; i < records_.size(); ++i) {
    flu::append(bytes, segment::write_record(records_[i]));
  }
  FLU_TRY(io::pwrite_all(index_.get(), bytes, index_size_, path(hour_index_file(place_.hour))));
  index_size_ += bytes.size();
  written_ = records_.size();
  return {};
}

Result<void> HourWriter::sync_records() {
  return sync_data(index_.get(), path(hour_index_file(place_.hour)));
}

}  // namespace flu::store
