#pragma once

#include <cstdint>
#include <optional>
#include <string_view>
#include <utility>

#include "libcommon/base/bytes.h"
#include "libcommon/media/track.h"
#include "tools/serve/live/chunk_muxer.h"
#include "tools/serve/live/chunk_ring.h"
#include "tools/serve/live/wanted_tracks.h"

namespace flu::serve {

// The sound that a radio client gets: the first that is wanted. In words for the client:
// kNotFound, there is none; kUnsupported, its frames need a container.
Result<media::Track> radio_track(const WantedTracks& wanted, const media::Tracks& all);

// What its frames are called over HTTP: a constant. Of a codec that radio_track() gives.
std::string_view radio_type(media::CodecId codec);

// One track's frames and nothing else, as SHOUTcast and Icecast send them: AAC in ADTS, the others
// as they are. A client may begin at a frame every half second.
class AudioMuxer final : public ChunkMuxer {
 public:
  explicit AudioMuxer(ChunkRing& ring, WantedTracks wanted = {})
      : ring_(&ring), wanted_(std::move(wanted)) {}

  Result<void> add(const container::StreamUnit& unit) override;
  void restart() override;
  void flush() override;
  [[nodiscard]] std::string_view content_type() const override {
    return track_ ? radio_type(track_->codec) : "";
  }
  bool take_break() override { return std::exchange(is_other_codec_, false); }

 private:
  void change_tracks(const media::Tracks& all);
  Result<void> add_fragment(const container::Fragment& fragment);

  ChunkRing* ring_;
  WantedTracks wanted_;
  std::optional<media::Track> track_;
  Buffer chunk_;
  bool is_chunk_start_ = false;
  std::optional<media::Timestamp> last_start_;
  bool is_other_codec_ = false;
};

}  // namespace flu::serve
