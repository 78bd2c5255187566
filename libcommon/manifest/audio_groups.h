#pragma once

#include <string>
#include <vector>

#include "libcommon/media/track.h"

namespace flu::manifest {

// The audio tracks of a stream as HLS alternatives: a group for each codec, so that a player takes
// the variants that it can decode. All groups have the same members, as RFC 8216bis 4.4.6.1.1 asks;
// what a codec does not have stands there in another one.
struct AudioGroup {
  struct Member {
    std::uint32_t track_id = 0;
    std::string name;             // unique
    std::string language;         // RFC 5646; empty: not known
    std::string characteristics;  // Uniform Type Identifiers
    bool is_default = false;
    bool is_automatic = false;  // a player may choose it by its language

    bool operator==(const Member&) const = default;
  };
  std::string id;
  std::vector<Member> members;

  bool operator==(const AudioGroup&) const = default;
};

// Of `tracks` those of audio, in their order.
std::vector<AudioGroup> make_audio_groups(const media::Tracks& tracks);

}  // namespace flu::manifest
