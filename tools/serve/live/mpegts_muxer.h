#pragma once

#include <memory>
#include <string_view>
#include <utility>

#include "libcommon/base/bytes.h"
#include "libcommon/base/result.h"
#include "libcommon/container/mp4/flu_stream.h"
#include "libcommon/container/mpegts/ts_writer.h"
#include "tools/serve/live/chunk_muxer.h"
#include "tools/serve/live/chunk_ring.h"
#include "tools/serve/live/station.h"
#include "tools/serve/live/ts_pids.h"
#include "tools/serve/live/wanted_tracks.h"

namespace flu::serve {

// Flu stream units to chunks of MPEG-TS, once for all clients. Pure. A chunk that a client may
// begin with starts with the tables and a key frame.
class MpegtsMuxer final : public ChunkMuxer {
 public:
  // Tracks that are not `wanted` are left out.
  explicit MpegtsMuxer(ChunkRing& ring, std::shared_ptr<const Station> station,
                       WantedTracks wanted = {}, PidWishes pids = {})
      : ring_(&ring),
        station_(std::move(station)),
        wanted_(std::move(wanted)),
        pids_(std::move(pids)) {}

  Result<void> add(const container::StreamUnit& unit) override;
  // What comes now does not follow what came: on with a key frame, marked as a discontinuity.
  void restart() override;
  void flush() override;
  [[nodiscard]] std::string_view content_type() const override { return "video/mp2t"; }

 private:
  void change_tracks(const media::Tracks& all);
  void note_info(const container::Fragment& fragment);
  void begin_chunk(media::Timestamp dts);
  Result<void> add_fragment(const container::Fragment& fragment);
  [[nodiscard]] bool is_start(const container::SampleEntry& sample, std::uint32_t track_id);

  ChunkRing* ring_;
  std::shared_ptr<const Station> station_;
  unsigned named_ = 0;  // its changes when the SDT was written
  WantedTracks wanted_;
  PidWishes pids_;
  media::Tracks tracks_;
  std::uint32_t main_id_ = 0;
  bool is_main_video_ = false;
  std::unique_ptr<container::TsWriter> writer_;
  bool has_started_ = false;  // the first key frame of these tracks is there
  media::Timestamp last_start_{0};
  Buffer chunk_;
  bool is_chunk_start_ = false;
  Buffer resumption_;  // of the chunk, where it is a start
};

}  // namespace flu::serve
