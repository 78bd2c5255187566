#pragma once

#include "libcommon/base/bytes.h"
#include "libcommon/base/result.h"
#include "libcommon/media/track.h"

namespace flu::av {

// A picture larger than this box is made smaller; none is made larger, but for pixels that are not
// square.
struct PictureBox {
  unsigned width = 1920;
  unsigned height = 1080;
};

// One coded picture, `sample` as a flu stream has it, decoded alone and given as a JPEG: square
// pixels, turned as its stream says, one field of an interlaced one. kMalformed: damaged.
Result<Buffer> make_jpeg(const media::Track& track, Bytes sample, const PictureBox& box);

}  // namespace flu::av
