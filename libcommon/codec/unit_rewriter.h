#pragma once

#include <cstddef>
#include <memory>
#include <optional>

#include "libcommon/base/bytes.h"
#include "libcommon/base/result.h"
#include "libcommon/codec/picture_parser.h"
#include "libcommon/media/sample.h"
#include "libcommon/media/track.h"

namespace flu::codec {

// Brings H.264 and HEVC samples as other writers store them (ISO 14496-15) to the form that a
// media::Sample has: 4-byte lengths, no AUD or filler, the parameter sets in front of each key
// picture that comes without. They are those of the track and of the samples so far, so that avc3
// and hev1 tracks become avc1 and hvc1.
class UnitRewriter {
 public:
  // kMalformed where the track's configuration is; of another codec: a defect of the caller.
  static Result<UnitRewriter> make(const media::Track& track);

  // The track with the configuration of the samples; nullopt until parameter sets were seen.
  [[nodiscard]] const std::optional<media::Track>& track() const { return track_; }

  struct Rewritten {
    Buffer data;  // may be empty: nothing of the sample is kept
    media::Sap sap = media::Sap::kNone;
    bool is_other_track = false;  // track() became another with this sample
  };
  // `is_sync`: the file says that decoding can begin here. kMalformed where units do not fit.
  Result<Rewritten> rewrite(Bytes sample, bool is_sync);

 private:
  UnitRewriter(media::Track track, std::size_t length_size);

  Result<void> read_config();
  bool set_format(const media::Track& format);

  media::Track given_;
  std::size_t length_size_ = 4;
  std::unique_ptr<PictureParser> parser_;
  std::optional<media::Track> track_;
};

}  // namespace flu::codec
