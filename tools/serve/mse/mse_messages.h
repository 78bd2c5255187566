#pragma once

#include <optional>
#include <string>
#include <string_view>

#include "tools/serve/mse/mse_stream.h"

namespace flu::serve {

// What a client of MSE-LD wants to see and hear, by the numbers of its tracks. Nothing at all: the
// first of both.
struct MseWish {
  std::optional<unsigned> video;
  std::optional<unsigned> audio;

  bool operator==(const MseWish&) const = default;
};

// "v2a1", "v2", "a1"; what follows is left alone, since clients send "v1a1from=NaN" and "v1null".
MseWish parse_mse_wish(std::string_view text);

// The tracks= of a query such as "tracks=v1a1from=NaN" or "token=x&tracks=v1".
MseWish mse_wish_of_query(std::string_view query);

// What of a program is played; 0: none.
struct MseSelection {
  unsigned video = 0;
  unsigned audio = 0;

  bool operator==(const MseSelection&) const = default;
};

// A track that is wished for but not there gives the first of its kind.
MseSelection select_mse_tracks(const MseProgram& program, const MseWish& wish);

// mse_init_segment, as JSON.
std::string write_mse_init(const MseStream& stream, const MseProgram& program,
                           const MseSelection& selection, std::string_view session);

std::string write_mse_event(std::string_view name);
// The stream is to come; `is_playable` false: it is there, with nothing that browsers play.
std::string write_mse_unavailable(bool is_playable);

}  // namespace flu::serve
