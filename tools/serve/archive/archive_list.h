#pragma once

#include <cstdint>
#include <optional>
#include <span>
#include <vector>

#include "libcommon/manifest/media_playlist.h"
#include "libcommon/segment/archive_timeline.h"
#include "libcommon/segment/index_record.h"

// Which segments a playlist of the archive shows. Pure.
namespace flu::serve {

using Records = std::vector<segment::IndexRecord>;

// Those of the archive, and those of the live window that lie in `range` and that it does not have
// yet; in order of time, none twice.
Records join(Records recorded, std::span<const segment::IndexRecord> window,
             const segment::TimeRange& range);

// How much of a stream a timeshifted list shows. A player begins three target durations before the
// list's end: so that it begins at the moment that was asked for, the list goes on for so long
// behind it, and what was just shown stays for slow players.
struct Reach {
  media::Ticks behind{0};
  media::Ticks ahead{0};
};
Reach reach_of(std::uint32_t target_duration);

// The largest of the records' durations, as seconds, and at least `least`.
std::uint32_t longest(std::span<const segment::IndexRecord> records, std::uint32_t least);

// What is shown at `at` of records around it: a part of the one recording that goes on there, in
// which a segment's number is one more than that of the segment before it. Empty: nothing is
// recorded there.
std::span<const segment::IndexRecord> shown_at(std::span<const segment::IndexRecord> records,
                                               media::Timestamp at, const Reach& reach);

// The same after `played` of what is recorded from the first of the records on, over all gaps. How
// many stand before those shown is their place.
std::span<const segment::IndexRecord> shown_after(std::span<const segment::IndexRecord> records,
                                                  media::Ticks played, const Reach& reach);

// Takes the first `count` segments off a list, which counts them.
void drop_front(manifest::MediaPlaylist& playlist, std::size_t count);

}  // namespace flu::serve
