#pragma once

#include <memory>

#include "libcommon/av/packet.h"
#include "libcommon/av/packet_framer.h"

namespace flu::av {

// Subtitles of text: packets of each its form as a track of WebVTT.
std::unique_ptr<PacketFramer> make_text_framer(const StreamInfo& info);

}  // namespace flu::av
