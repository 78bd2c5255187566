// HH.idx and hours.idx as a reader meets them: nothing of them may be true. Checksums are made to
// fit in a second round, else no fuzzer would ever come past them.
#include <algorithm>
#include <cstddef>
#include <cstdint>

#include "libcommon/base/check.h"
#include "libcommon/base/crc32c.h"
#include "libcommon/base/little_endian.h"
#include "libcommon/segment/archive_timeline.h"
#include "libcommon/segment/hour_index.h"

namespace {

using namespace flu::segment;  // NOLINT(google-build-using-namespace)

void read(flu::Bytes bytes) {
  const HourRecords hour = read_hour_records(bytes);
  FLU_CHECK(hour.size <= bytes.size());
  const auto segments = in_order_of_time(hour.records);
  FLU_CHECK(std::is_sorted(segments.begin(), segments.end(),
                           [](const auto& a, const auto& b) { return a.start < b.start; }));
  const HourSummary summary = summarize(hour.header ? hour.header->hour : 0, hour.records);
  FLU_CHECK(summary.segments == segments.size());
  if (summary.segments > 0) FLU_CHECK(summary.gaps < summary.segments);
  if (const auto header = parse_hours_header(bytes)) {
    FLU_CHECK(*parse_hours_header(write_hours_header(*header)) == *header);
  }
  if (const auto known = parse_summary(bytes); known && *known) {
    FLU_CHECK(**parse_summary(write_summary(**known)) == **known);
  }
}

void seal(flu::Buffer& bytes, std::size_t at, std::size_t crc_at, std::size_t size) {
  const flu::Bytes view = flu::Bytes(bytes).subspan(at, size);
  const std::uint32_t crc = flu::crc32c(view.subspan(crc_at + 4), flu::crc32c(view.first(crc_at)));
  flu::put_little_endian(bytes, at + crc_at, crc);
}

}  // namespace

extern "C" int LLVMFuzzerTestOneInput(const std::uint8_t* data, std::size_t size) {
  read({data, size});
  flu::Buffer fitting(data, data + size);
  if (size >= kHourHeaderSize) seal(fitting, 0, 60, kHourHeaderSize);
  for (std::size_t at = kHourHeaderSize; at + kRecordSize <= size; at += kRecordSize) {
    seal(fitting, at, 4, kRecordSize);
  }
  read(fitting);
  return 0;
}
