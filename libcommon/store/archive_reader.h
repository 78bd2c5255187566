#pragma once

#include <cstddef>
#include <cstdint>
#include <list>
#include <optional>
#include <string>
#include <string_view>
#include <vector>

#include "libcommon/base/result.h"
#include "libcommon/base/unique_fd.h"
#include "libcommon/media/time.h"
#include "libcommon/media/track.h"
#include "libcommon/segment/archive_timeline.h"
#include "libcommon/segment/hour_index.h"
#include "libcommon/segment/index_record.h"

namespace flu::store {

// A stream's archive as other processes see it, while it is recorded and cleaned. Nothing of it is
// trusted: what is damaged or gone is left out. Reads files: it may wait for a disk.
class ArchiveReader {
 public:
  // Of ROOT/STREAM. kNotFound where nothing is recorded.
  static Result<ArchiveReader> open(const std::string& root, std::string_view stream);

  // What is known of the hours that [from, to) touches, oldest first; those without segments are
  // left out.
  Result<std::vector<segment::HourSummary>> hours(const segment::TimeRange& range);

  // Segments of which something lies in [from, to), in order of time, none over another.
  Result<std::vector<segment::IndexRecord>> segments(const segment::TimeRange& range);

  // Continuous recordings, cut to [from, to). Opens hours' indexes only where they have holes, or
  // are partly asked for.
  Result<std::vector<segment::TimeRange>> ranges(const segment::TimeRange& range);

  // From the first segment to the end of the last; nullopt: nothing is recorded.
  Result<std::optional<segment::TimeRange>> extent();

  // The segment that starts there. nullopt: there is none.
  Result<std::optional<segment::IndexRecord>> find(media::Timestamp start);

  // The blob of a segment; its bytes are [offset, offset + size). kNotFound: cleaned.
  [[nodiscard]] Result<UniqueFd> open_blob(const segment::IndexRecord& record) const;
  // The segment itself, as in the live window; kMalformed where its media is not what its record
  // says.
  [[nodiscard]] Result<Buffer> read_segment(const segment::IndexRecord& record) const;

  // ftyp and moov of the segment's blob, which is what its record names.
  [[nodiscard]] Result<Buffer> init(const segment::IndexRecord& record) const;
  [[nodiscard]] Result<media::Tracks> tracks(const segment::IndexRecord& record) const;

 private:
  struct CachedHour {
    segment::Hour hour = 0;
    std::uint64_t inode = 0;
    std::uint64_t size = 0;
    std::int64_t changed = 0;                    // ns
    std::vector<std::uint16_t> blobs;            // that records name
    segment::BlobSet gone;                       // of these
    std::vector<segment::IndexRecord> segments;  // in order of time
    segment::HourSummary summary;
  };

  explicit ArchiveReader(std::string folder) : folder_(std::move(folder)) {}

  Result<const CachedHour*> load_hour(segment::Hour hour);

  std::string folder_;
  std::list<CachedHour> cache_;  // newest use first
};

}  // namespace flu::store
