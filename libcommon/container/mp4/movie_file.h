#pragma once

#include <cstddef>
#include <cstdint>
#include <map>
#include <optional>
#include <span>
#include <string>
#include <utility>

#include "libcommon/base/byte_writer.h"
#include "libcommon/base/bytes.h"
#include "libcommon/base/clock.h"
#include "libcommon/container/mp4/flu_stream.h"
#include "libcommon/container/mp4/sample_tables.h"
#include "libcommon/media/time.h"
#include "libcommon/media/track.h"

namespace flu::container {

// What a movie says of itself: the tags of moov.udta.meta.ilst.
struct MovieTexts {
  std::string title;
  std::string date;  // ISO 8601
  std::string comment;
  std::optional<WallTime> created;
};

// A movie with its moov in front, for any player: whatever bytes its chunks lie in follow the head.
class MovieFile {
 public:
  // As SampleTables::add().
  void add(const media::Track& track, std::span<const SampleEntry> samples, std::uint64_t offset);

  [[nodiscard]] bool is_empty() const { return tracks_.empty(); }
  [[nodiscard]] std::size_t bytes() const;  // of the tables, about

  // ftyp, moov and the header of the mdat, behind which the `media_bytes` stand.
  [[nodiscard]] Buffer head(media::Ticks duration, std::uint64_t media_bytes,
                            const MovieTexts& texts) const;

 private:
  void write_moov(media::Ticks duration, std::uint64_t media, bool has_long_offsets,
                  const MovieTexts& texts, ByteWriter& out) const;

  std::map<std::pair<media::TrackKind, std::uint32_t>, SampleTables> tracks_;  // by kind and id
};

// A movie of one picture that stands for itself, for any player. `picture` is a sample of a video
// track, at most kMaxSample bytes.
Buffer write_still(const media::Track& track, Bytes picture, media::Ticks duration);

}  // namespace flu::container
