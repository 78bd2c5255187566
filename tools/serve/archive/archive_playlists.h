#pragma once

#include <cstdint>
#include <string>

#include "libcommon/base/result.h"
#include "libcommon/manifest/media_playlist.h"
#include "tools/serve/archive/archive_answers.h"
#include "tools/serve/archive/archive_list.h"
#include "tools/serve/archive/archive_shelf.h"
#include "tools/serve/live/playlist.h"

namespace flu::serve {

// Builds the playlist that one question asks for. Reads a disk.
class ArchivePlaylists {
 public:
  // `shelf` null: nothing is recorded of the stream.
  ArchivePlaylists(ArchiveShelf* shelf, const ArchiveQuestion& question);

  // Its text. Errors are words for the client, as refusal() takes them.
  Result<std::string> write();

 private:
  // The segments to show, and how they are told.
  struct Choice {
    Records shown;
    Records sample;              // what variants are measured by, where nothing is shown
    std::uint64_t sequence = 0;  // of the first, where nothing is shown
    std::size_t left_out = 0;    // of the first of `shown`, which are only counted
  };

  Result<Choice> choose();
  Result<Choice> choose_range(const segment::TimeRange& range);
  Result<Choice> choose_at(media::Timestamp at);
  Result<Choice> choose_over_gaps();
  Result<Choice> choose_gap(media::Timestamp at, const Records& nearby);
  Result<Records> segments(const segment::TimeRange& range);
  [[nodiscard]] Reach reach(const Records& nearby) const;
  Result<std::string> write_segments(const Choice& choice);
  Result<std::string> write_variants(const Choice& choice);  // "": it has none
  const media::Tracks* tracks_of(const segment::IndexRecord& record);

  ArchiveShelf* shelf_;
  const ArchiveQuestion* question_;
  const ArchiveAsk* ask_;
};

}  // namespace flu::serve
