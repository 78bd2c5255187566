#pragma once

#include "libcommon/container/mp4/flu_stream.h"
#include "libcommon/media/track.h"

namespace flu::container {

// Foreign writers mark an open-GOP start as a sync sample like an IDR picture; the NAL units of the
// H.264 and HEVC samples marked so tell which it is.
void check_sync_samples(const media::Track& track, Fragment& fragment);

}  // namespace flu::container
