#pragma once

#include <cstdint>
#include <optional>
#include <string>
#include <string_view>

#include "libcommon/media/time.h"

namespace flu::serve {

// Which part of an archive a playlist's address asks for. Times are seconds since 1970, UTC; what
// is beyond all times that there are is the last of them.
struct ArchiveAsk {
  enum class Kind : std::uint8_t {
    kRange,     // index-FROM-DUR: a list with an end
    kFromNow,   // index-FROM-now: from there on, and what is coming
    kRewind,    // rewind-N: the last N seconds, and what is coming
    kAbsolute,  // timeshift_abs-UTC: plays on from there
    kRelative,  // timeshift_rel-SEC: what was live so long ago
  };
  Kind kind = Kind::kRange;
  std::uint64_t from = 0;     // of kRange, kFromNow, kAbsolute
  std::uint64_t seconds = 0;  // of kRange, kRewind, kRelative
  bool skips_gaps = false;    // of kAbsolute, kRelative

  // Does it show what is live, at its end?
  [[nodiscard]] bool is_with_live() const {
    return kind == Kind::kFromNow || kind == Kind::kRewind;
  }
  [[nodiscard]] bool is_timeshift() const {
    return kind == Kind::kAbsolute || kind == Kind::kRelative;
  }

  bool operator==(const ArchiveAsk&) const = default;
};

// A point of time, or a duration, that a client named.
media::Ticks ticks_of(std::uint64_t seconds);

// Takes FROM-DUR and the like off a playlist's name without endings, which leaves that of the live
// one: "mono-1700000000-60" is "mono". nullopt: nothing of the archive, `name` stays.
std::optional<ArchiveAsk> take_archive_ask(std::string_view& name);

// Takes "/archive/FROM/now" or "/archive/FROM/DUR" off a playlist's folder.
std::optional<ArchiveAsk> take_archive_folder(std::string_view& folder);

// The name of the same part of another list, as the addresses in a playlist have it: "mono",
// "video2".
std::string write_archive_name(std::string_view list, const ArchiveAsk& ask);

}  // namespace flu::serve
