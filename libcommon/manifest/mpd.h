#pragma once

#include <cstdint>
#include <optional>
#include <string>
#include <string_view>
#include <vector>

#include "libcommon/manifest/track_worth.h"
#include "libcommon/media/time.h"
#include "libcommon/media/track.h"

namespace flu::manifest {

// A live MPEG-DASH manifest (ISO 23009-1), profile isoff-live, of segments that are addressed by
// the time they begin at. Media times are UTC x 90000 and the presentation begins in 1970, so both
// are the same in every Period: nothing moves when a Period goes, a process restarts or another
// worker answers.
struct Mpd {
  struct Segment {
    media::Timestamp start{0};
    media::Ticks duration{0};

    bool operator==(const Segment&) const = default;
  };
  struct Representation {
    std::string id;
    std::string codecs;
    std::uint64_t bandwidth = 0;
    media::VideoFormat video;  // of a picture
    FrameRate frame_rate;      // 0/1: not said
    std::uint32_t sample_rate = 0;
    std::string initialization;  // addresses, relative to the MPD
    std::string media;           // with $Time$
    std::vector<Segment> segments;
  };
  struct AdaptationSet {
    std::uint32_t id = 0;
    media::TrackKind kind = media::TrackKind::kVideo;
    std::string language;       // RFC 5646; empty: not known
    std::string role;           // of urn:mpeg:dash:role:2011
    std::string accessibility;  // the same scheme; empty: none
    std::uint32_t channels = 0;
    unsigned start_with_sap = 1;
    std::vector<std::uint32_t> switchable;  // sets with the same picture in other codecs
    std::vector<Representation> representations;
  };
  struct Period {
    media::Timestamp start{0};             // of the first segment that it ever had
    std::optional<media::Ticks> duration;  // where the next one does not follow at once
    std::vector<AdaptationSet> sets;
  };

  bool has_ended = false;
  media::Timestamp published{0};
  media::Ticks update_period{0};
  media::Ticks depth{0};  // timeShiftBufferDepth
  media::Ticks delay{0};  // suggestedPresentationDelay
  media::Ticks min_buffer{0};
  media::Ticks max_segment{0};
  std::string clock;  // address that tells the time
  std::vector<Period> periods;
};

std::string write_mpd(const Mpd& mpd);

// `mpd` with `query` (carried_query.h) at the addresses of its segments and inits.
std::string add_mpd_query(std::string_view mpd, std::string_view query);

// The start of a Period that begins with `start`: a whole millisecond, since xs:duration is decimal
// and presentationTimeOffset, which is it in ticks, must be exactly the same.
media::Timestamp period_start(media::Timestamp start);

// Each segment but the last lasts until the next one begins, whether the source's times are rounded
// or it was away for a while: dash.js looks the next segment up by the end of the one before and
// waits for ever at a time that no S covers.
void join_segments(std::vector<Mpd::Segment>& segments);

}  // namespace flu::manifest
