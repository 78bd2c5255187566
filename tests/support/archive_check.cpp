#include "tests/support/archive_check.h"

#include <sys/stat.h>

#include <algorithm>
#include <filesystem>
#include <map>
#include <set>
#include <tuple>
#include <utility>

#include <fmt/format.h>

#include "libcommon/base/crc32c.h"
#include "libcommon/base/sha256.h"
#include "libcommon/base/text.h"
#include "libcommon/io/file.h"
#include "libcommon/segment/archive_timeline.h"
#include "libcommon/segment/hour_index.h"
#include "libcommon/store/archive_names.h"
#include "libcommon/store/archive_reader.h"
#include "libcommon/store/archive_root.h"
#include "libcommon/store/archive_writer.h"
#include "libcommon/store/find_hours.h"
#include "libcommon/store/limits.h"
#include "libcommon/store/stream_file.h"
#include "libcommon/store/window_names.h"

namespace flu::disk {
namespace {

namespace fs = std::filesystem;
using segment::IndexRecord;
using segment::RecordType;
using store::ArchiveReader;
using store::ArchiveRoot;
using store::ArchiveWriter;

constexpr segment::TimeRange kAll{media::Timestamp(0), media::kMaxUtc};

template <typename... Arguments>
tl::unexpected<Error> broken(fmt::format_string<Arguments...> text, Arguments&&... arguments) {
  return fail(ErrorCode::kMalformed, fmt::format(text, std::forward<Arguments>(arguments)...));
}

std::string name_of(const IndexRecord& record) {
  return fmt::format("segment {} at {}", record.seq, record.start.count());
}

class StreamCheck {
 public:
  StreamCheck(const ArchiveRoot& root, std::string stream, std::string folder)
      : root_(root), stream_(std::move(stream)), folder_(std::move(folder)) {}

  Result<void> run(const std::vector<Ack>& acks, ArchiveCounts& counts) {
    FLU_TRY(learn_owner());
    {
      FLU_TRY_ASSIGN(const ArchiveWriter writer, open_writer());
      counts.dropped_bytes += writer.dropped_bytes();
    }
    FLU_TRY(check_indexes());
    FLU_TRY(check_reader());
    FLU_TRY(check_acks(acks));
    FLU_TRY(check_again());
    counts.segments += read_;
    counts.acknowledged += acks.size();
    counts.damaged += damaged_;
    return {};
  }

 private:
  // The same machine goes on.
  Result<void> learn_owner() {
    const auto content =
        io::read_file(store::in_folder(folder_, store::kStreamFile), store::kMaxStreamFile);
    if (!content && content.error().code == ErrorCode::kNotFound) return {};
    if (!content) return tl::unexpected<Error>(content.error());
    FLU_TRY_ASSIGN(const store::StreamFile file, store::parse_stream_file(as_text(*content)));
    owner_ = file.owner;
    return {};
  }

  Result<ArchiveWriter> open_writer() const {
    ArchiveWriter::Settings settings;
    settings.owner = owner_;
    return ArchiveWriter::open(root_, stream_, settings);
  }

  Result<void> check_indexes() {
    FLU_TRY_ASSIGN(const auto hours, store::find_hours(folder_));
    for (const segment::Hour hour : hours) {
      const std::string name = store::in_folder(folder_, store::hour_index_file(hour));
      FLU_TRY_ASSIGN(const Buffer content, io::read_file(name, store::kMaxHourIndexBytes));
      const segment::HourRecords found = segment::read_hour_records(content);
      if (!found.header || found.header->hour != hour) return broken("{}: no header", name);
      if (found.size != content.size()) {
        return broken("{}: {} bytes, good to {}", name, content.size(), found.size);
      }
      damaged_ += found.damaged;  // of a group that was never acknowledged
      FLU_TRY(check_media(hour, found.records));
      summaries_[hour] = segment::summarize(hour, found.records);
      for (const IndexRecord& record : found.records) {
        if (record.type != RecordType::kSegment) continue;
        if (!records_.emplace(std::pair(record.start.count(), record.seq), record).second) {
          return broken("{}: {} is in it twice", name, name_of(record));
        }
      }
    }
    return {};
  }

  // In order of place in the blobs: is every byte there, and nobody else's?
  Result<void> check_media(segment::Hour hour, std::vector<IndexRecord> records) const {
    std::erase_if(records, [](const IndexRecord& record) {
      return record.type != RecordType::kSegment && record.type != RecordType::kOpen;
    });
    const auto place = [](const IndexRecord& record) {
      return std::pair(record.blob, record.offset);
    };
    std::sort(records.begin(), records.end(),
              [&](const auto& a, const auto& b) { return place(a) < place(b); });
    std::uint64_t end = 0;
    for (std::size_t at = 0; at < records.size(); ++at) {
      const IndexRecord& record = records[at];
      const std::string name = store::in_folder(folder_, store::blob_file(hour, record.blob));
      if (at > 0 && records[at - 1].blob == record.blob && record.offset < end) {
        return broken("{}: {} begins at {}, inside of what is before it", name, name_of(record),
                      record.offset);
      }
      end = record.offset + record.size;
      struct stat status {};
      if (::stat(name.c_str(), &status) != 0) return broken("{}: is not there", name);
      if (static_cast<std::uint64_t>(status.st_size) < end) {
        return broken("{}: {} ends at {}, the file at {}", name, name_of(record), end,
                      status.st_size);
      }
    }
    return {};
  }

  Result<void> check_reader() {
    auto opened = ArchiveReader::open(root_.path(), stream_);
    if (!opened && opened.error().code == ErrorCode::kNotFound && records_.empty()) return {};
    if (!opened) return tl::unexpected<Error>(std::move(opened).error());
    ArchiveReader& reader = *opened;
    FLU_TRY(check_hours(reader));
    FLU_TRY_ASSIGN(const auto segments, reader.segments(kAll));
    media::Timestamp end{0};
    for (const IndexRecord& record : segments) {
      if (record.start < end)
        return broken("{} begins before the one before ends", name_of(record));
      end = record.start + media::Ticks(record.duration);
      read_starts_.insert(record.start.count());
    }
    // All that is recorded, also what a reader leaves out for what lies over it.
    std::set<std::uint32_t> good_inits;
    for (const auto& [key, record] : records_) {
      auto bytes = reader.read_segment(record);
      if (!bytes)
        return tl::unexpected<Error>(std::move(bytes).error().with_context(name_of(record)));
      FLU_TRY_ASSIGN(const Buffer init, reader.init(record));
      if (store::init_hash_of(sha256(init)) != record.init_hash) {
        return broken("{}: its blob has another init", name_of(record));
      }
      last_bytes_ = std::move(*bytes);
      last_init_ = init;
      ++read_;
    }
    return {};
  }

  Result<void> check_hours(ArchiveReader& reader) const {
    FLU_TRY_ASSIGN(const auto told, reader.hours(kAll));
    std::map<segment::Hour, segment::HourSummary> wanted = summaries_;
    std::erase_if(wanted, [](const auto& hour) { return hour.second.segments == 0; });
    if (told.size() != wanted.size()) {
      return broken("{} hours are told, {} are there", told.size(), wanted.size());
    }
    for (segment::HourSummary summary : told) {
      const auto found = wanted.find(summary.hour);
      if (found == wanted.end()) return broken("hour {} is told, and is not there", summary.hour);
      summary.is_closed = found->second.is_closed;
      if (summary != found->second) {
        return broken("hour {}: {} segments and {} bytes are told, {} and {} are there",
                      summary.hour, summary.segments, summary.bytes, found->second.segments,
                      found->second.bytes);
      }
    }
    return {};
  }

  Result<void> check_acks(const std::vector<Ack>& acks) {
    for (const Ack& ack : acks) {
      const auto found = records_.find({ack.start90, ack.seq});
      if (found == records_.end()) {
        return broken("segment {} at {} was acknowledged (record {}) and is lost", ack.seq,
                      ack.start90, ack.at);
      }
      const IndexRecord& record = found->second;
      if (record.size != ack.size || record.data_crc != ack.data_crc) {
        return broken("{} was acknowledged with {} bytes and CRC {}, and has {} and {}",
                      name_of(record), ack.size, ack.data_crc, record.size, record.data_crc);
      }
      if (!read_starts_.contains(ack.start90)) {
        return broken("{} was acknowledged, and a reader does not find it", name_of(record));
      }
    }
    return {};
  }

  // Recording goes on behind the last segment.
  Result<void> check_again() {
    FLU_TRY_ASSIGN(ArchiveWriter writer, open_writer());
    if (writer.dropped_bytes() != 0) {
      return broken("a second recovery drops {} bytes", writer.dropped_bytes());
    }
    if (records_.empty()) return {};
    IndexRecord next = records_.rbegin()->second;
    next.start += media::Ticks(next.duration);
    ++next.seq;
    FLU_TRY(writer.append(next, last_bytes_, last_init_));
    FLU_TRY(writer.sync_media());
    FLU_TRY(writer.write_records());
    FLU_TRY(writer.sync_records());
    if (writer.acknowledge().size() != 1) return broken("the next segment is not acknowledged");
    FLU_TRY_ASSIGN(ArchiveReader reader, ArchiveReader::open(root_.path(), stream_));
    FLU_TRY_ASSIGN(const auto found, reader.find(next.start));
    if (!found) return broken("the next segment cannot be recorded");
    return reader.read_segment(*found).map([](const Buffer&) {});
  }

  const ArchiveRoot& root_;
  std::string stream_;
  std::string folder_;
  std::string owner_;
  std::map<segment::Hour, segment::HourSummary> summaries_;
  std::map<std::pair<std::int64_t, std::uint32_t>, IndexRecord> records_;  // by start and seq
  std::set<std::int64_t> read_starts_;
  Buffer last_bytes_;
  Buffer last_init_;
  std::size_t read_ = 0;
  std::size_t damaged_ = 0;
};

}  // namespace

Result<ArchiveCounts> check_archive(const std::string& root, const std::string& memory,
                                    const std::vector<Ack>& acks) {
  std::map<std::string, std::vector<Ack>> streams;
  for (const Ack& ack : acks) streams[ack.media].push_back(ack);
  FLU_TRY_ASSIGN(const ArchiveRoot opened, ArchiveRoot::open(root, memory));
  for (const auto& entry : fs::directory_iterator(root)) {
    if (!entry.is_directory()) continue;
    std::string name = entry.path().filename();
    std::replace(name.begin(), name.end(), '+', '/');
    streams[name];
  }
  ArchiveCounts counts;
  for (const auto& [stream, acknowledged] : streams) {
    StreamCheck check(opened, stream, store::in_folder(root, stream_folder(stream)));
    if (auto done = check.run(acknowledged, counts); !done) {
      return tl::unexpected<Error>(std::move(done).error().with_context(stream));
    }
  }
  return counts;
}

}  // namespace flu::disk
