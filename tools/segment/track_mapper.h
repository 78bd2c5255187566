#pragma once

#include <cstdint>
#include <string>
#include <vector>

#include "libcommon/base/result.h"
#include "libcommon/media/track.h"

namespace flu::hub {

// Gives a stream's tracks ids that outlive their source: a returning track gets the id of the same
// kind and language, else the free id of its kind in order; PID and source do not matter. A new id
// is made only when more tracks of a kind exist at once than ever before.
class TrackMapper {
 public:
  // What an earlier run of the hub used, oldest first.
  void remember(const media::Tracks& tracks);

  struct Mapping {
    media::Tracks tracks;  // with their new ids: video, audio, subtitles, each by id
    struct Pair {
      std::uint32_t from = 0;
      std::uint32_t to = 0;
    };
    std::vector<Pair> pairs;

    // 0 where the source's id is unknown.
    [[nodiscard]] std::uint32_t find(std::uint32_t from) const;
  };

  // kLimitExceeded when the 63 ids are used up.
  Result<Mapping> map(const media::Tracks& incoming);

 private:
  struct Known {
    std::uint32_t id = 0;
    media::TrackKind kind = media::TrackKind::kVideo;
    std::string language;
    bool is_taken = false;
  };

  Known* find_free(media::TrackKind kind, const std::string* language);
  Result<Known*> make(media::TrackKind kind);

  std::vector<Known> known_;  // by id
};

// May a player go on decoding without being told? The same tracks in number, kind, codec,
// parameters and format; a language or another label may differ.
bool needs_discontinuity(const media::Tracks& before, const media::Tracks& after);

}  // namespace flu::hub
