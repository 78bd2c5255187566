#pragma once

#include <cstdint>
#include <vector>

#include "libcommon/manifest/master_playlist.h"
#include "libcommon/manifest/track_worth.h"
#include "libcommon/media/track.h"
#include "tools/serve/route.h"

namespace flu::serve {

// What multivariant playlists are made from: a stream as its newest segments have it.
struct VariantSource {
  const media::Tracks* all = nullptr;            // of the stream
  media::Tracks tracks;                          // those of them that the format and filter leave
  media::Tracks text;                            // those of the filter that are renditions of text
  std::vector<std::uint32_t> unaligned;          // video that does not begin with the segments
  std::vector<manifest::SegmentSizes> segments;  // that have these tracks
  media::Ticks target{0};                        // of a segment's duration
};

// Is there something to choose from, text beside? Else the index is a playlist of segments.
bool has_variants(const media::Tracks& tracks, const media::Tracks& text, const Route& route);

// index.m3u8. Text is a rendition, for every variant. Several sounds are renditions of their own,
// the variants then without sound; one sound stands in each variant's segments. Without video that
// players could not change to.
manifest::MasterPlaylist make_index(const VariantSource& source, const Route& route);

// video.m3u8: videoN.m3u8 for each video track; for a stream without video its sound.
manifest::MasterPlaylist make_video_list(const VariantSource& source, const Route& route);

}  // namespace flu::serve
