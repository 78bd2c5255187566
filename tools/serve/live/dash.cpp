#include "tools/serve/live/dash.h"

#include <algorithm>
#include <optional>
#include <span>
#include <utility>

#include <fmt/format.h>

#include "libcommon/manifest/language.h"
#include "libcommon/store/window_index.h"
#include "tools/serve/live/fmp4.h"
#include "tools/serve/live/summary_cache.h"

namespace flu::serve {
namespace {

using manifest::Mpd;
using media::Ticks;
using media::Timestamp;
using segment::IndexRecord;

constexpr Ticks kSecond{90'000};
constexpr Ticks kHole{9'000};           // what a Period may lack at its end before it says so
constexpr unsigned kDelaySegments = 3;  // behind the live edge, as HLS has it (RFC 8216 6.3.3)

Timestamp end_of(const IndexRecord& record) {
  return record.start + Ticks(record.duration);
}

// More than the newest segment is ever behind the clock where all goes well.
Ticks quiet_step(const store::WindowSnapshot& window) {
  return kSecond * std::max<std::int64_t>(window.target_duration, 1) * 2;
}

// Where what is behind the last break begins; 0 where there is none.
std::size_t last_break(std::span<const IndexRecord> records) {
  for (std::size_t i = records.size(); i-- > 1;) {
    if (store::is_break(records[i - 1], records[i])) return i;
  }
  return 0;
}

// Without what is behind the last break while players have to wait for more of it.
std::span<const IndexRecord> listed(const store::WindowSnapshot& window, bool waits) {
  const std::span<const IndexRecord> records = shown(window);
  return waits ? records.first(last_break(records)) : records;
}

std::span<const IndexRecord> chosen(const store::WindowSnapshot& window, bool waits,
                                    std::uint32_t rewind) {
  std::span<const IndexRecord> records = listed(window, waits);
  if (rewind == 0) return records;
  const Timestamp first = end_of(records.back()) - kSecond * rewind;
  while (records.size() > 1 && end_of(records.front()) <= first) records = records.subspan(1);
  return records;
}

// Where the tracks of `record`, one of the window's, began: the same for as long as any segment of
// theirs is there. 0 for a stream's first, so that most streams have one Period for ever.
Timestamp run_start(const store::WindowSnapshot& window, const IndexRecord& record) {
  const auto& all = window.segments;
  Timestamp start = window.run_start;
  for (std::size_t i = 1; i < all.size() && all[i].start <= record.start; ++i) {
    if (store::begins_run(all[i - 1], all[i])) start = all[i].start;
  }
  return start;
}

// '$' begins an identifier of a template (ISO 23009-1 5.3.9.4.4).
std::string template_text(std::string_view text) {
  std::string out;
  for (const char c : text) {
    out += c;
    if (c == '$') out += c;
  }
  return out;
}

// Most segments decide: where the source changes one picture may begin some frames beside the
// other, and the sets of a Period may not change (dash.js then keeps the list it has for ever).
bool are_aligned(const Mpd::Representation& one, const Mpd::Representation& other, Ticks within) {
  std::size_t together = 0;
  auto a = one.segments.begin();
  auto b = other.segments.begin();
  while (a != one.segments.end() && b != other.segments.end()) {
    const Ticks apart = a->start - b->start;
    const bool is_together = apart <= within && -apart <= within;
    if (is_together) ++together;
    if (is_together || apart < Ticks{0}) ++a;
    if (is_together || apart > Ticks{0}) ++b;
  }
  return together * 2 > std::max(one.segments.size(), other.segments.size());
}

// One Period: the segments of a run and the tracks that all of them may have.
class RunBuilder {
 public:
  RunBuilder(const Route& route, Ticks target, const media::Tracks& all, Selection selection)
      : route_(&route), target_(target), all_(&all), selection_(std::move(selection)) {
    lanes_.resize(selection_.tracks.size());
  }

  void add(const IndexRecord& record, const container::SegmentSummary& summary) {
    sizes_.push_back(sizes_of(record, summary));
    for (const auto& track : summary.tracks) {
      for (std::size_t i = 0; i < lanes_.size(); ++i) {
        if (selection_.tracks[i].id != track.track_id) continue;
        lanes_[i].segments.push_back({track.start, track.end - track.start});
        lanes_[i].add(track.first_sap);
      }
    }
  }

  std::vector<Mpd::AdaptationSet> finish() {
    std::vector<Mpd::AdaptationSet> sets;
    for (Lane& lane : lanes_) manifest::join_segments(lane.segments);
    for (const auto kind : {media::TrackKind::kVideo, media::TrackKind::kAudio}) {
      for (std::size_t i = 0; i < lanes_.size(); ++i) {
        if (selection_.tracks[i].kind == kind && !lanes_[i].segments.empty()) {
          place(selection_.tracks[i], lanes_[i], sets);
        }
      }
    }
    return sets;
  }

  // Of what finish() told, with the holes behind them.
  [[nodiscard]] Ticks longest_segment() const {
    Ticks longest{0};
    for (const Lane& lane : lanes_) {
      for (const auto& segment : lane.segments) longest = std::max(longest, segment.duration);
    }
    return longest;
  }

 private:
  struct Lane {
    void add(media::Sap sap) {
      has_unknown = has_unknown || sap == media::Sap::kNone;
      highest_sap = std::max(highest_sap, static_cast<unsigned>(sap));
    }
    [[nodiscard]] unsigned sap() const { return has_unknown ? 0 : highest_sap; }

    std::vector<Mpd::Segment> segments;
    unsigned highest_sap = 1;
    bool has_unknown = false;
  };

  // Pictures of one codec whose segments begin together can be switched between at each of them.
  void place(const media::Track& track, const Lane& lane, std::vector<Mpd::AdaptationSet>& sets) {
    Mpd::Representation made = represent(track, lane);
    const Ticks half_frame = std::max(track.nominal_duration / 2, Ticks{450});
    for (Mpd::AdaptationSet& set : sets) {
      const media::Track* const first = media::find_track(selection_.tracks, set.id);
      const bool is_alike = track.kind == media::TrackKind::kVideo && first != nullptr &&
                            first->codec == track.codec &&
                            are_aligned(set.representations.front(), made, half_frame);
      if (!is_alike) continue;
      set.start_with_sap =
          set.start_with_sap == 0 || lane.sap() == 0 ? 0 : std::max(set.start_with_sap, lane.sap());
      set.representations.push_back(std::move(made));
      return;
    }
    sets.push_back(new_set(track, lane, sets));
    sets.back().representations.push_back(std::move(made));
  }

  [[nodiscard]] static Mpd::AdaptationSet new_set(const media::Track& track, const Lane& lane,
                                                  const std::vector<Mpd::AdaptationSet>& sets) {
    Mpd::AdaptationSet set;
    set.id = track.id;
    set.kind = track.kind;
    set.language = manifest::language_tag(track.language);
    set.start_with_sap = lane.sap();
    set.channels = track.kind == media::TrackKind::kAudio ? track.audio.channels : 0;
    const bool is_first = std::none_of(sets.begin(), sets.end(),
                                       [&](const auto& other) { return other.kind == track.kind; });
    set.role = is_first ? "main" : "alternate";
    if (track.audio_type == 2) set.accessibility = "enhanced-audio-intelligibility";
    if (track.audio_type == 3) set.accessibility = "description";
    return set;
  }

  [[nodiscard]] Mpd::Representation represent(const media::Track& track, const Lane& lane) const {
    const manifest::TrackWorth worth = manifest::describe_track(track, sizes_, target_);
    Mpd::Representation out;
    out.id = manifest::write_track_names(*all_, {track});
    out.codecs = worth.codec;
    out.bandwidth = std::max<std::uint64_t>(worth.rates.peak, 1);
    if (track.kind == media::TrackKind::kVideo) {
      out.video = track.video;
      out.frame_rate = worth.frame_rate;
    } else {
      out.sample_rate = worth.sample_rate;
    }
    const std::string folder =
        fmt::format("{}tracks-{}/", template_text(route_->segment_base), out.id);
    out.initialization = folder + manifest::write_init_name(make_fmp4_init({track}).hash);
    out.media = folder + "$Time$.m4s";
    out.segments = lane.segments;
    return out;
  }

  const Route* route_;
  Ticks target_;
  const media::Tracks* all_;
  Selection selection_;
  std::vector<Lane> lanes_;  // one a selected track
  std::vector<manifest::SegmentSizes> sizes_;
};

class MpdBuilder {
 public:
  MpdBuilder(const store::WindowSnapshot& window, const Route& route)
      : window_(&window), route_(&route), target_(kSecond * window.target_duration) {}

  void add(const IndexRecord& record, const media::Tracks* all,
           const container::SegmentSummary* summary) {
    if (before_ != nullptr && store::begins_run(*before_, record)) end_run();
    before_ = &record;
    if (all == nullptr || summary == nullptr) return;
    if (!run_) {
      auto selection = select_tracks(*all, route_->choice, Format::kFmp4, route_->filter);
      if (!selection) {
        refusal_ = std::move(selection).error();
        return;
      }
      run_.emplace(*route_, target_, *all, std::move(*selection));
      start_ = run_start(*window_, record);
    }
    run_->add(record, *summary);
    end_ = end_of(record);
  }

  Result<std::vector<Mpd::Period>> finish() {
    end_run();
    if (!periods_.empty()) return std::move(periods_);
    if (refusal_) return tl::unexpected<Error>(std::move(*refusal_));
    return fail(ErrorCode::kUnavailable, "The segments of the stream cannot be read.");
  }

  [[nodiscard]] Ticks longest_segment() const { return longest_; }

 private:
  void end_run() {
    if (!run_) return;
    auto sets = run_->finish();
    longest_ = std::max(longest_, run_->longest_segment());
    run_.reset();
    if (sets.empty()) return;
    const Timestamp start = manifest::period_start(start_);
    if (!periods_.empty()) {
      Mpd::Period& last = periods_.back();
      if (start - (last.start + *last.duration) <= kHole) last.duration.reset();
    }
    periods_.push_back({start, end_ - start, std::move(sets)});
  }

  const store::WindowSnapshot* window_;
  const Route* route_;
  Ticks target_;
  const IndexRecord* before_ = nullptr;
  std::optional<RunBuilder> run_;
  Timestamp start_{0};
  Timestamp end_{0};
  Ticks longest_{0};
  std::vector<Mpd::Period> periods_;
  std::optional<Error> refusal_;
};

// When the newest segment stood in the window. An end is told a moment later.
Timestamp published(const IndexRecord& newest, bool has_ended) {
  constexpr std::int64_t kMillisecond = 90;
  constexpr std::int64_t kLatest = 3'600'000;  // a clock that is further off says nothing
  const std::int64_t late =
      newest.arrival_ms > 0 && newest.arrival_ms < kLatest ? newest.arrival_ms : 0;
  return end_of(newest) + Ticks((late + (has_ended ? 1 : 0)) * kMillisecond);
}

// How long at most nothing has been published for, while `state` holds.
Ticks quiet_for(const store::WindowSnapshot& window, MpdState state) {
  return quiet_step(window) * (state.quiet_steps + 1);
}

// From the MPD's own folder to the root, where the clock is.
std::string clock_address(const Route& route) {
  std::string out;
  const auto folders =
      std::count(route.stream.begin(), route.stream.end(), '/') + 1 + (route.is_in_tracks ? 1 : 0);
  for (std::ptrdiff_t i = 0; i < folders; ++i) out += "../";
  return out + "flu/time";
}

}  // namespace

MpdState mpd_state(const store::WindowSnapshot& window, Timestamp now, bool has_ended) {
  MpdState state;
  state.has_ended = has_ended;
  if (has_ended) return state;
  const std::span<const IndexRecord> records = shown(window);
  const std::size_t begin = last_break(records);
  const Ticks step = quiet_step(window);
  state.waits =
      begin > 0 && records.size() - begin < kDelaySegments && now - end_of(records.back()) < step;
  const Ticks quiet = now - end_of(listed(window, state.waits).back());
  state.quiet_steps = std::max<std::int64_t>(quiet / step, 0);
  return state;
}

Result<Mpd> make_mpd(const store::WindowSnapshot& window, const TracksOf& tracks_of,
                     const SummaryOf& summary_of, const Route& route, MpdState state) {
  const std::span<const IndexRecord> records = chosen(window, state.waits, route.rewind);
  MpdBuilder builder(window, route);
  Mpd mpd;
  Ticks longest{0};  // of the media itself: what a player must wait for
  for (const IndexRecord& record : records) {
    builder.add(record, tracks_of(record), summary_of(record));
    longest = std::max(longest, Ticks(record.duration));
  }
  longest = std::chrono::ceil<std::chrono::milliseconds>(longest);
  FLU_TRY_ASSIGN(mpd.periods, builder.finish());
  mpd.has_ended = state.has_ended;
  if (!state.has_ended) mpd.periods.back().duration.reset();
  mpd.published = published(records.back(), state.has_ended);
  mpd.max_segment = std::max(
      longest, Ticks(std::chrono::ceil<std::chrono::milliseconds>(builder.longest_segment())));
  mpd.min_buffer = longest;
  mpd.update_period = std::max(kSecond, kSecond * (window.target_duration / 2));
  const Ticks unbroken = end_of(records.back()) - records[last_break(records)].start;
  mpd.delay = std::min(longest * kDelaySegments, unbroken);
  mpd.depth = std::max(unbroken, quiet_for(window, state) + mpd.update_period * 2);
  mpd.clock = clock_address(route);
  return mpd;
}

}  // namespace flu::serve
