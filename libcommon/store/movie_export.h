#pragma once

#include <cstdint>
#include <functional>
#include <map>
#include <optional>
#include <string>
#include <utility>
#include <vector>

#include "libcommon/base/bytes.h"
#include "libcommon/base/result.h"
#include "libcommon/base/unique_fd.h"
#include "libcommon/container/mp4/movie_file.h"
#include "libcommon/media/track.h"
#include "libcommon/segment/archive_timeline.h"
#include "libcommon/store/archive_reader.h"

namespace flu::store {

// What of an archive becomes a movie.
struct ExportWish {
  segment::TimeRange range;
  // Plays the range, to a frame: what has to be decoded before it is in the file, not shown. Else
  // whole segments, all of which something lies in the range.
  bool is_precise = false;
  // Key frames alone, in so long; 0: 25 a second.
  std::optional<media::Ticks> timelapse;
  // Which of the tracks; null: all.
  std::function<media::Tracks(const media::Tracks&)> choose;
  container::MovieTexts texts;
  std::size_t max_table_bytes = std::size_t{1} << 30;
};

// What became of it.
struct ExportReport {
  segment::TimeRange recorded;  // what it begins and ends with, UTC
  media::Ticks duration{0};     // as it plays
  std::uint32_t segments = 0;
  std::uint32_t damaged = 0;             // segments that could not be read, left out
  std::string trouble;                   // what was wrong with the first of them; "": nothing
  std::uint32_t holes = 0;               // that it goes on behind, at once
  std::vector<media::CodecId> left_out;  // MP4 has no place for them
};

// A part of a stream's archive as an MP4 file, its moov in front: its size is known and any part of
// it can be read without the rest, with nothing written anywhere. Holds its blobs open, so that
// cleaning takes nothing from it. Reads files.
class MovieExport {
 public:
  // Reads what the segments say of their samples. kNotFound: nothing is recorded there.
  // kUnsupported: no picture for a timelapse. kLimitExceeded: more than max_table_bytes.
  static Result<MovieExport> plan(ArchiveReader& archive, const ExportWish& wish);

  [[nodiscard]] std::uint64_t size() const { return head_.size() + media_bytes_; }
  [[nodiscard]] const ExportReport& report() const { return report_; }

  // What lies at [offset, offset + size), cut to the end. kMalformed where a file became shorter.
  [[nodiscard]] Result<Buffer> read(std::uint64_t offset, std::size_t size) const;

  // Over all of it: the same range of the same recording gives the same bytes.
  [[nodiscard]] std::uint32_t tag() const { return tag_; }

 private:
  friend class MoviePlanner;

  struct Piece {
    std::uint64_t begin = 0;   // in the movie's media
    std::uint64_t offset = 0;  // in the blob
    std::uint64_t size = 0;
    std::size_t blob = 0;  // in blobs_
  };

  MovieExport() = default;

  Buffer head_;
  std::vector<Piece> pieces_;
  std::vector<UniqueFd> blobs_;
  std::uint64_t media_bytes_ = 0;
  std::uint32_t tag_ = 0;
  ExportReport report_;
};

}  // namespace flu::store
