#pragma once

#include <cstddef>
#include <cstdint>
#include <optional>
#include <span>
#include <vector>

#include "libcommon/base/byte_writer.h"
#include "libcommon/base/bytes.h"
#include "libcommon/container/mp4/flu_stream.h"
#include "libcommon/media/time.h"
#include "libcommon/media/track.h"

namespace flu::container {

// The sample tables of one track of a movie that is not fragmented (ISO 14496-12 8.6, 8.7), built
// sample by sample. Audio counts in its sample rate, all else in 90 kHz ticks.
class SampleTables {
 public:
  explicit SampleTables(const media::Track& track);

  // One chunk: samples whose bytes lie one behind the other, `offset` bytes into the movie's media.
  // `track` describes them. Times count from where the movie begins to play, those before are not
  // shown; a sample lasts until the next, and decode times that do not grow are made to.
  void add(const media::Track& track, std::span<const SampleEntry> samples, std::uint64_t offset);

  [[nodiscard]] const media::Track& track() const { return track_; }
  [[nodiscard]] std::size_t bytes() const;  // about, as written

  // trak. `duration`: how long the movie plays; `media`: where its media begins in the file.
  void write(std::uint32_t id, media::Ticks duration, std::uint64_t media, bool has_long_offsets,
             ByteWriter& out) const;

 private:
  struct Run {
    std::uint32_t count = 0;
    std::uint32_t value = 0;
  };
  struct ChunkRun {
    std::uint32_t first = 0;    // counted from 1
    std::uint32_t samples = 0;  // a chunk
    std::uint32_t entry = 0;    // counted from 1
  };

  // Where a track begins to be shown.
  struct Start {
    media::Ticks time{0};    // of the movie
    std::int64_t media = 0;  // in the track's scale, from its first sample on
  };

  [[nodiscard]] Start start() const;
  void add_sample(const SampleEntry& sample);
  std::uint32_t entry_of(const media::Track& track);
  [[nodiscard]] std::int64_t to_scale(media::Ticks ticks) const;
  void write_edits(const Start& start, media::Ticks duration, ByteWriter& out) const;
  void write_media(std::uint64_t media, bool has_long_offsets, ByteWriter& out) const;
  void write_tables(std::uint64_t media, bool has_long_offsets, ByteWriter& out) const;
  void write_chunks(std::uint64_t media, bool has_long_offsets, ByteWriter& out) const;

  media::Track track_;  // of the first chunk
  std::uint32_t scale_ = 90'000;
  std::int64_t nominal_ = 0;  // of a sample of audio
  std::vector<Buffer> entries_;
  std::vector<Run> durations_;  // but that of the last sample
  std::vector<Run> offsets_;    // of composition, 2's complement
  std::vector<std::uint32_t> sizes_;
  std::vector<std::uint32_t> syncs_;
  std::vector<ChunkRun> chunks_;
  std::vector<std::uint64_t> places_;  // of chunks
  std::int64_t first_ = 0;             // decode time of the first sample
  std::int64_t last_ = 0;              // and of the last, as the durations make it
  std::int64_t last_duration_ = 0;
  media::Ticks shown_from_{0};
  media::Ticks shown_to_{0};
  std::optional<Start> first_whole_;  // of sound: the first frame that is heard from its beginning
  bool has_offsets_ = false;
  bool has_negative_offsets_ = false;
};

}  // namespace flu::container
