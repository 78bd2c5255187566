#pragma once

#include <cstdint>
#include <string>
#include <vector>

namespace flu::manifest {

// An HLS multivariant playlist (RFC 8216bis 4.4.6).
struct MasterPlaylist {
  // EXT-X-MEDIA.
  struct Rendition {
    std::string group;
    std::string name;             // unique in its group
    std::string language;         // RFC 5646; empty: not known
    std::string characteristics;  // Uniform Type Identifiers, by comma
    unsigned channels = 0;        // 0: not known
    bool is_default = false;      // one of a group; is_automatic too
    bool is_automatic = false;
    std::string uri;

    bool operator==(const Rendition&) const = default;
  };

  struct Variant {
    std::string uri;
    std::uint64_t bandwidth = 0;          // bits a second at the peak, with the largest rendition
    std::uint64_t average_bandwidth = 0;  // 0: not known
    std::string codecs;                   // by comma; empty: one of them has no name
    std::uint32_t width = 0;              // as shown; 0: no picture, or not known
    std::uint32_t height = 0;
    double frame_rate = 0;    // 0: not known
    std::string audio_group;  // of its renditions; empty: its own segments have the sound
    std::string subtitle_group;

    bool operator==(const Variant&) const = default;
  };

  std::vector<Rendition> audio;
  std::vector<Rendition> subtitles;
  std::vector<Variant> variants;
};

std::string write_master_playlist(const MasterPlaylist& playlist);

}  // namespace flu::manifest
