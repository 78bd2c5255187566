#pragma once

#include <memory>
#include <string>
#include <utility>

#include "libcommon/base/bytes.h"
#include "libcommon/base/result.h"
#include "libcommon/container/mp4/flu_stream.h"
#include "libcommon/container/mpegts/ts_writer.h"
#include "tools/serve/live/chunk_ring.h"
#include "tools/serve/live/ts_pids.h"
#include "tools/serve/live/wanted_tracks.h"

namespace flu::serve {

// Flu stream units to chunks of MPEG-TS, once for all clients. Pure. A chunk that a client may
// begin with starts with the tables and a key frame.
class MpegtsMuxer {
 public:
  // What the SDT says.
  struct Service {
    std::string name;
    std::string provider;

    bool operator==(const Service&) const = default;
  };

  // Tracks that are not `wanted` are left out.
  explicit MpegtsMuxer(ChunkRing& ring, Service service, WantedTracks wanted = {},
                       PidWishes pids = {})
      : ring_(&ring),
        service_(std::move(service)),
        wanted_(std::move(wanted)),
        pids_(std::move(pids)) {}

  Result<void> add(const container::StreamUnit& unit);
  void set_service(const Service& service);
  // What comes now does not follow what came: on with a key frame, marked as a discontinuity.
  void restart();
  void flush();  // what came so far becomes a chunk

  [[nodiscard]] bool has_ended() const { return has_ended_; }

 private:
  void change_tracks(const media::Tracks& all);
  void note_info(const container::Fragment& fragment);
  void begin_chunk(media::Timestamp dts);
  Result<void> add_fragment(const container::Fragment& fragment);
  [[nodiscard]] bool is_start(const container::SampleEntry& sample, std::uint32_t track_id);

  ChunkRing* ring_;
  Service service_;
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
  bool has_ended_ = false;
};

}  // namespace flu::serve
