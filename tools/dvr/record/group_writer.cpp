#include "tools/dvr/record/group_writer.h"

#include <sys/statvfs.h>

#include <algorithm>
#include <chrono>
#include <functional>
#include <limits>
#include <set>
#include <utility>

#include <fmt/format.h>

#include "libcommon/base/log.h"
#include "libcommon/base/sha256.h"
#include "libcommon/io/file.h"
#include "libcommon/segment/hour_index.h"
#include "libcommon/store/segment_check.h"

namespace flu::dvr {
namespace {

// From here on one barrier over the file system costs less than one for each file.
constexpr std::size_t kFewStreams = 4;

// On a full disk so much is made free at least.
constexpr std::uint64_t kLeastRoom = std::uint64_t{1} << 20;

constexpr std::chrono::seconds kCleanPatience{5};

// Longer than any segment: a stream that is silent for so long has no archive open.
constexpr std::chrono::minutes kSilence{5};

std::string suspect_file(const GroupWriter::Settings& settings) {
  return fmt::format("{}/suspect-{}", settings.memory,
                     to_hex(Bytes(sha256(as_bytes(settings.root))).first(8)));
}

}  // namespace

struct GroupWriter::Batch {
  std::set<std::string> streams;  // with something to commit
  std::map<std::string, std::set<std::pair<segment::Hour, unsigned>>> new_blobs;
  std::uint64_t damaged = 0;
};

GroupWriter::GroupWriter(Settings settings)
    : settings_(std::move(settings)), suspects_(suspect_file(settings_)) {}

Result<void> GroupWriter::open_root() {
  if (root_ && root_->is_in_place()) return {};
  archives_.clear();
  root_.reset();
  FLU_TRY_ASSIGN(root_, store::ArchiveRoot::open(settings_.root, settings_.memory));
  return {};
}

// Whole blobs are cleaned: eight of them at least make what a stream may have, or the disk.
std::uint64_t GroupWriter::max_blob_bytes(const std::string& stream) const {
  std::uint64_t out = store::kMaxBlobBytes;
  const auto limits = limits_.find(stream);
  if (limits != limits_.end() && limits->second.max_bytes) {
    out = std::min(out, *limits->second.max_bytes / 8);
  }
  struct statvfs disk {};
  if (::statvfs((root_->base() + "/.").c_str(), &disk) == 0) {
    out = std::min(out, std::uint64_t{disk.f_blocks} * disk.f_frsize / 8);
  }
  return out;
}

Result<store::ArchiveWriter*> GroupWriter::writer_of(const std::string& stream) {
  if (const auto found = archives_.find(stream); found != archives_.end()) {
    found->second.used = monotonic_now();
    return &found->second.writer;
  }
  if (suspects_.is_set_aside(stream)) {
    return fail(ErrorCode::kDenied,
                fmt::format("set aside: the recorder died twice when it opened this archive (see "
                            "flu-dvr verify --root {} {})",
                            settings_.root, stream));
  }
  suspects_.begin(stream);
  auto opened =
      store::ArchiveWriter::open(*root_, stream, {settings_.owner, max_blob_bytes(stream)});
  suspects_.end(stream);
  if (!opened) return tl::unexpected(std::move(opened).error());
  if (opened->dropped_bytes() > 0) {
    log_info("{}: {} bytes at its end were not finished and are cut off", stream,
             opened->dropped_bytes());
  }
  if (const auto limits = limits_.find(stream); limits != limits_.end()) {
    FLU_TRY(opened->set_limits(limits->second));
  }
  return &archives_.emplace(stream, Archive{std::move(*opened), monotonic_now()})
              .first->second.writer;
}

// False: there is nothing to record.
Result<bool> GroupWriter::append(Item& item, Batch& batch) {
  FLU_TRY_ASSIGN(store::ArchiveWriter * writer, writer_of(item.stream));
  FLU_TRY_ASSIGN(const bool is_recorded, writer->has(item.record));
  if (is_recorded) return false;
  FLU_TRY_ASSIGN(const Buffer bytes,
                 io::pread_up_to(item.file.get(), item.record.size, 0, "a segment of the window"));
  if (const auto whole = store::check_segment(item.record, bytes); !whole) {
    log_alert("{}: {}", item.stream, whole.error().message);
    ++batch.damaged;
    return false;
  }
  FLU_TRY_ASSIGN(const auto record, writer->append(item.record, bytes, *item.init));
  batch.streams.insert(item.stream);
  if (record.offset == item.init->size()) {
    batch.new_blobs[item.stream].insert({segment::hour_of(record.start), record.blob});
  }
  return true;
}

// The writer is opened again, which cuts off what it has not finished.
void GroupWriter::drop_stream(const std::string& stream, const Error& error, GroupResult& result) {
  archives_.erase(stream);
  result.stream_errors.emplace(stream, error);
}

Result<void> GroupWriter::commit(Batch& batch, GroupResult& result) {
  const bool is_many = batch.streams.size() > kFewStreams;
  const auto each = [&](auto&& call) -> Result<void> {
    for (const std::string& stream : batch.streams) FLU_TRY(call(archives_.at(stream).writer));
    return {};
  };
  using Writer = store::ArchiveWriter;
  if (is_many) {
    FLU_TRY(root_->sync());
    for (const std::string& stream : batch.streams) archives_.at(stream).writer.media_is_synced();
  } else {
    FLU_TRY(each([](Writer& writer) { return writer.sync_media(); }));
  }
  ++result.barriers;
  FLU_TRY(each([](Writer& writer) { return writer.write_records(); }));
  if (is_many) {
    FLU_TRY(root_->sync());
  } else {
    FLU_TRY(each([](Writer& writer) { return writer.sync_records(); }));
  }
  ++result.barriers;
  return {};
}

GroupResult GroupWriter::write(std::vector<Item> items) {
  GroupResult result;
  if (auto opened = open_root(); !opened) {
    result.error = std::move(opened).error();
    result.failed = std::move(items);
    return result;
  }
  Batch batch;
  std::uint64_t bytes = 0;
  for (const Item& item : items) bytes += item.record.size;
  group_bytes_ = std::max(group_bytes_, bytes);
  for (Item& item : items) {
    if (result.stream_errors.count(item.stream) != 0) continue;
    const auto added = append(item, batch);
    if (!added) {
      drop_stream(item.stream, added.error(), result);
      batch.streams.erase(item.stream);
    }
  }
  result.damaged = batch.damaged;
  if (auto done = commit(batch, result); !done) {
    archives_.clear();
    result.error = std::move(done).error();
    result.failed = std::move(items);
    return result;
  }
  for (const std::string& stream : batch.streams) {
    for (const segment::IndexRecord& record : archives_.at(stream).writer.acknowledge()) {
      const bool is_new_blob =
          batch.new_blobs[stream].erase({segment::hour_of(record.start), record.blob}) > 0;
      result.acknowledged.push_back({stream, record, is_new_blob});
    }
  }
  for (Item& item : items) {
    const bool has_failed = result.stream_errors.count(item.stream) != 0;
    (has_failed ? result.failed : result.done).push_back(std::move(item));
  }
  return result;
}

void GroupWriter::set_limits(std::map<std::string, segment::ArchiveLimits> limits) {
  limits_ = std::move(limits);
  for (auto& [stream, archive] : archives_) {
    const auto found = limits_.find(stream);
    if (found == limits_.end()) continue;
    // Tried again when the archive is opened the next time.
    if (const auto done = archive.writer.set_limits(found->second); !done) {
      log_alert("{}", done.error().message);
    }
  }
}

Result<store::CleanReport> GroupWriter::clean(const segment::ArchiveLimits& instead,
                                              media::Timestamp now) {
  FLU_TRY(open_root());
  store::CleanRequest request;
  request.limits = limits_;
  request.instead = instead;
  struct statvfs disk {};
  const bool is_known = ::statvfs((root_->base() + "/.").c_str(), &disk) == 0;
  const std::uint64_t wanted = std::max(kLeastRoom, group_bytes_ * 60);
  const std::uint64_t room = is_known ? std::uint64_t{disk.f_bavail} * disk.f_frsize : wanted;
  if (room < std::min(wanted, group_bytes_ * 5)) request.needed_bytes = wanted - room;
  // Groups wait meanwhile.
  const MonotonicTime end = monotonic_now() + kCleanPatience;
  request.may_go_on = [end] { return monotonic_now() < end; };
  return store::clean_root(*root_, request, now);
}

Result<void> GroupWriter::look_after(Archive& archive, segment::Hour hour, std::int64_t second,
                                     bool is_silent) {
  if (is_silent) return archive.writer.close_before(std::numeric_limits<segment::Hour>::max());
  constexpr std::int64_t kPrepare = 3300;  // s of an hour: what comes is opened from here on
  constexpr std::int64_t kClose = 30;      // and what was is closed from here on
  if (second >= kPrepare) FLU_TRY(archive.writer.prepare(hour + 1));
  if (second >= kClose) return archive.writer.close_before(hour);
  return {};
}

std::optional<Error> GroupWriter::look_after_hours(media::Timestamp now, MonotonicTime monotonic) {
  constexpr std::uint64_t kSpread = 240;  // s over which the streams' moments lie
  const segment::Hour hour = segment::hour_of(now);
  const std::int64_t second = (now - segment::start_of(hour)).count() / 90'000;
  std::optional<Error> error;
  std::vector<std::string> closed;
  for (auto& [stream, archive] : archives_) {
    const auto moment = static_cast<std::int64_t>(std::hash<std::string>()(stream) % kSpread);
    const bool is_silent = monotonic - archive.used > kSilence;
    const auto done = look_after(archive, hour, second - moment, is_silent);
    if (!done) error = done.error();
    if (!done || is_silent) closed.push_back(stream);
  }
  for (const std::string& stream : closed) archives_.erase(stream);
  return error;
}

}  // namespace flu::dvr
