#pragma once

#include <cstdint>
#include <deque>
#include <memory>
#include <optional>
#include <span>

#include "libcommon/base/bytes.h"
#include "libcommon/base/result.h"
#include "libcommon/container/mp4/flu_stream.h"
#include "libcommon/container/mpegts/ts_reader.h"
#include "tools/segment/foreign.h"
#include "tools/segment/foreign_tracks.h"

namespace flu::hub {

// What a producer sends, whatever its form: a flu stream, MPEG-TS or ordinary fragmented MP4, told
// from the first bytes. The latter two become a flu stream on the way.
class Input {
 public:
  // `head` is what a stream without a head of its own counts as.
  explicit Input(const container::StreamHead& head) : head_(head) {}

  // As FluReader's: at least `wanted` bytes of room, then what came.
  std::span<std::uint8_t> prepare(std::size_t wanted);
  void commit(std::size_t count);
  void finish();  // the end of the bytes

  // nullopt: more bytes are needed. Units are those of a flu stream, in UTC. Views are valid until
  // the next call.
  Result<std::optional<container::StreamUnit>> next();

  // "flu", "mp4" or "mpegts"; empty while nothing is known.
  [[nodiscard]] std::string_view format() const;

 private:
  enum class Format : std::uint8_t { kUnknown, kMp4, kTs };

  Result<bool> detect();
  Result<void> add_foreign(const container::StreamUnit& unit);
  Result<void> flush_moof();
  Result<bool> feed_foreign();

  container::StreamHead head_;
  Format format_ = Format::kUnknown;
  bool has_ended_ = false;
  bool is_flushed_ = false;
  Buffer first_;            // until the format is known
  std::size_t filled_ = 0;  // of first_, and of chunk_
  Buffer chunk_;
  container::FluReader mp4_;
  std::unique_ptr<container::TsReader> ts_;
  std::unique_ptr<ForeignStream> foreign_;
  MoofSorter moof_sorter_;
  ForeignTracks foreign_tracks_;
  std::deque<media::Unit> waiting_;  // of a foreign stream, ordered
  bool has_units_ = false;           // a flu stream has begun
};

}  // namespace flu::hub
