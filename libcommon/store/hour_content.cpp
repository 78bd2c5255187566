#include "libcommon/store/hour_content.h"

#include <unistd.h>

#include <algorithm>
#include <cerrno>
#include <map>
#include <set>

#include <fmt/format.h>

#include "libcommon/io/file.h"
#include "libcommon/store/archive_names.h"
#include "libcommon/store/limits.h"
#include "libcommon/store/window_names.h"

namespace flu::store {
namespace {

using segment::ArchiveBlob;
using segment::IndexRecord;
using segment::RecordType;

bool is_of_blob(const IndexRecord& record) {
  return record.type == RecordType::kSegment || record.type == RecordType::kOpen;
}

}  // namespace

std::vector<std::uint16_t> blobs_of(const std::vector<IndexRecord>& records) {
  std::set<std::uint16_t> out;
  for (const IndexRecord& record : records) {
    if (is_of_blob(record)) out.insert(record.blob);
  }
  return {out.begin(), out.end()};
}

segment::BlobSet gone_blobs(const std::string& folder, segment::Hour hour,
                            const std::vector<std::uint16_t>& blobs) {
  segment::BlobSet gone;
  for (const std::uint16_t number : blobs) {
    const std::string name = in_folder(folder, blob_file(hour, number));
    // What cannot be looked at for another reason is there.
    if (::access(name.c_str(), F_OK) != 0 && (errno == ENOENT || errno == ENOTDIR)) {
      gone.insert(number);
    }
  }
  return gone;
}

Result<HourContent> read_hour(const std::string& folder, segment::Hour hour) {
  const std::string name = in_folder(folder, hour_index_file(hour));
  FLU_TRY_ASSIGN(const Buffer bytes, io::read_file(name, kMaxHourIndexBytes));
  segment::HourRecords found = segment::read_hour_records(bytes);
  if (found.header && found.header->hour != hour) {
    return fail(ErrorCode::kMalformed, fmt::format("{}: the index of another hour", name));
  }
  const segment::BlobSet gone = gone_blobs(folder, hour, blobs_of(found.records));
  std::map<std::uint16_t, ArchiveBlob> blobs;
  for (const IndexRecord& record : found.records) {
    if (!is_of_blob(record) || gone.count(record.blob) != 0) continue;
    const auto [at, is_new] = blobs.try_emplace(record.blob, ArchiveBlob{record.blob, {}, 0});
    ArchiveBlob& blob = at->second;
    if (is_new) blob.time = {record.start, record.start};
    blob.time.from = std::min(blob.time.from, record.start);
    blob.time.to = std::max(blob.time.to, segment::end_of(record));
    blob.bytes = std::max(blob.bytes, record.offset + record.size);
  }
  HourContent out;
  out.summary = segment::summarize(hour, found.records, gone);
  for (const auto& [number, blob] : blobs) out.blobs.push_back(blob);
  return out;
}

}  // namespace flu::store
