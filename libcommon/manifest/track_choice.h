#pragma once

#include <optional>
#include <string>
#include <string_view>
#include <vector>

#include "libcommon/media/track.h"

namespace flu::manifest {

// Which tracks of a stream a client wants, as in the URL part "tracks-v1a1".
struct TrackChoice {
  // One letter and number: the second audio track is 'a', 2. Number 0: all of the kind. Letter
  // '*' counts through all tracks in their order ("tracks-1,2").
  struct Item {
    char letter = '*';
    unsigned number = 0;

    bool operator==(const Item&) const = default;
  };
  std::vector<Item> items;
  bool is_one_of_kind = false;  // of what is chosen, the first of video, of audio, of subtitles

  bool operator==(const TrackChoice&) const = default;

  static TrackChoice all() { return {{{'*', 0}}, false}; }
  static TrackChoice one_of_kind() { return {{{'*', 0}}, true}; }
  static TrackChoice video_with_audio(unsigned number) {
    return {{{'v', number}, {'a', 0}}, false};
  }

  // "v1a1", as it is parsed; "*" and "a*" for all: a key for caches.
  [[nodiscard]] std::string key() const;
};

// "v1a1a2", "t1", "1,2"; at most 64 items, numbers 1 to 63.
std::optional<TrackChoice> parse_track_choice(std::string_view text);

// Those of `tracks` that are chosen, in the order of `tracks`. What is_one_of_kind leaves out is
// kept here: keep_one_of_kind() is for after what cannot be played was left out.
media::Tracks select_tracks(const media::Tracks& tracks, const TrackChoice& choice);

void keep_one_of_kind(media::Tracks& tracks);

// The first thing that `choice` asks for by its number and that `tracks` does not have: "a7", "3".
// Empty: all is there.
std::string missing_in(const media::Tracks& tracks, const TrackChoice& choice);

// May a player of fragmented MP4 be given this? MP2 and DVB subtitles have no entry in MP4 that
// players know, and none plays MPEG-2 video from it; text is given apart.
bool is_for_fmp4(media::CodecId codec);

// "v1a1": how `selected`, which are some of `tracks`, are named in a URL.
std::string write_track_names(const media::Tracks& tracks, const media::Tracks& selected);

}  // namespace flu::manifest
