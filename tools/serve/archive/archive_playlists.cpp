// Tested by tests/e2e/serve/archive-hls.sh
#include "tools/serve/archive/archive_playlists.h"

#include <algorithm>
#include <iterator>
#include <utility>

#include <fmt/format.h>

#include "libcommon/manifest/carried_query.h"
#include "libcommon/manifest/master_playlist.h"
#include "tools/serve/limits.h"
#include "tools/serve/live/hls_playlists.h"

namespace flu::serve {
namespace {

using segment::IndexRecord;
using segment::TimeRange;
using Kind = ArchiveAsk::Kind;

// What lies around a moment: longer than any segment, and than what a timeshifted list shows.
constexpr media::Ticks kAround = std::chrono::minutes(3);
constexpr std::size_t kSample = 10;  // segments that bit rates are measured by
constexpr std::uint32_t kLeastTarget = 1;

tl::unexpected<Error> nothing(std::string_view when) {
  return fail(ErrorCode::kNotFound, fmt::format("Nothing is recorded {}.", when));
}

Records last_of(const Records& records, std::size_t count) {
  const std::size_t first = records.size() - std::min(records.size(), count);
  return {records.begin() + static_cast<std::ptrdiff_t>(first), records.end()};
}

}  // namespace

ArchivePlaylists::ArchivePlaylists(ArchiveShelf* shelf, const ArchiveQuestion& question)
    : shelf_(shelf), question_(&question), ask_(&*question.route.archive) {}

Result<std::string> ArchivePlaylists::write() {
  FLU_TRY_ASSIGN(const Choice choice, choose());
  std::string text;
  if (question_->route.list != List::kSegments) {
    FLU_TRY_ASSIGN(text, write_variants(choice));
  }
  if (text.empty()) {
    FLU_TRY_ASSIGN(text, write_segments(choice));
  }
  if (question_->route.query.empty()) return text;
  const std::size_t more = choice.shown.size() * question_->route.query.size();
  if (text.size() + more > kMaxArchivePlaylist) {
    return fail(ErrorCode::kLimitExceeded,
                "The parameters are too long for so many addresses: ask for a shorter time.");
  }
  return manifest::add_query(text, question_->route.query);
}

Result<ArchivePlaylists::Choice> ArchivePlaylists::choose() {
  const media::Timestamp now = question_->now;
  const media::Timestamp from = ticks_of(ask_->from);
  const media::Ticks length = ticks_of(ask_->seconds);
  switch (ask_->kind) {
    case Kind::kRange: {
      // Both are at most kMaxUtc: the sum does not wrap.
      auto choice = choose_range({from, std::min(from + length, media::kMaxUtc)});
      if (choice && choice->shown.empty()) return nothing("in that time");
      return choice;
    }
    case Kind::kFromNow: {
      auto choice = choose_range({from, media::kMaxUtc});
      if (choice && choice->shown.empty()) return nothing("from there on");
      return choice;
    }
    case Kind::kRewind: {
      auto choice = choose_range({now - length, media::kMaxUtc});
      if (choice && choice->shown.empty()) return nothing("of that time");
      return choice;
    }
    case Kind::kAbsolute:
    case Kind::kRelative: break;
  }
  if (ask_->skips_gaps) return choose_over_gaps();
  const bool is_absolute = ask_->kind == Kind::kAbsolute;
  const media::Ticks watched = std::max(media::Ticks(0), now - question_->began);
  if (is_absolute && from > now) return nothing("then: that is in the future");
  return choose_at(is_absolute ? from + watched : now - length);
}

Result<Records> ArchivePlaylists::segments(const TimeRange& range) {
  Records recorded;
  if (shelf_ != nullptr) {
    FLU_TRY_ASSIGN(recorded, shelf_->segments(range));
  }
  return join(std::move(recorded), question_->window, range);
}

Result<ArchivePlaylists::Choice> ArchivePlaylists::choose_range(const TimeRange& range) {
  Choice choice;
  FLU_TRY_ASSIGN(choice.shown, segments(range));
  return choice;
}

Reach ArchivePlaylists::reach(const Records& nearby) const {
  return reach_of(longest(nearby, std::max(question_->target_duration, kLeastTarget)));
}

Result<ArchivePlaylists::Choice> ArchivePlaylists::choose_at(media::Timestamp at) {
  Choice choice;
  FLU_TRY_ASSIGN(const Records nearby, segments({at - kAround, at + kAround}));
  const Reach around = reach(nearby);
  // What is live now is still being made: the newest of it is shown.
  if (question_->is_live && !nearby.empty()) {
    const media::Timestamp end = segment::end_of(nearby.back());
    if (at >= end && at - end <= around.ahead && at + around.ahead >= question_->now) {
      at = end - media::Ticks(1);
    }
  }
  const auto shown = shown_at(nearby, at, around);
  if (shown.empty()) return choose_gap(at, nearby);
  choice.shown.assign(shown.begin(), shown.end());
  if (ask_->kind == Kind::kAbsolute) {  // what is before it was not asked for
    const media::Timestamp from = ticks_of(ask_->from);
    std::erase_if(choice.shown,
                  [&](const IndexRecord& record) { return segment::end_of(record) <= from; });
  }
  return choice;
}

// An empty list that says what comes behind the gap. Before the first and behind the last that is
// recorded there is none.
Result<ArchivePlaylists::Choice> ArchivePlaylists::choose_gap(media::Timestamp at,
                                                              const Records& nearby) {
  std::optional<IndexRecord> before;
  std::optional<IndexRecord> after;
  for (const IndexRecord& record : nearby) {
    if (record.start < at) before = record;
    if (record.start >= at && !after) after = record;
  }
  if (shelf_ != nullptr && !before) {
    FLU_TRY_ASSIGN(before, shelf_->previous(at));
  }
  if (shelf_ != nullptr && !after) {
    FLU_TRY_ASSIGN(after, shelf_->next(at));
  }
  for (const IndexRecord& record : question_->window) {
    if (record.start >= at && (!after || record.start < after->start)) after = record;
  }
  if (!before) return nothing("at that time, nor before");
  if (!after && !question_->is_live) return nothing("at that time, nor later");
  Choice choice;
  choice.sample = {after ? *after : *before};
  choice.sequence = after ? after->seq : std::uint64_t{before->seq} + 1;
  return choice;
}

// Where one is depends on what was watched so far: a list from the beginning, of which the last
// part is shown.
Result<ArchivePlaylists::Choice> ArchivePlaylists::choose_over_gaps() {
  const bool is_absolute = ask_->kind == Kind::kAbsolute;
  const media::Timestamp from =
      is_absolute ? ticks_of(ask_->from) : question_->began - ticks_of(ask_->seconds);
  const media::Ticks watched = std::max(media::Ticks(0), question_->now - question_->began);
  media::Timestamp to = media::kMaxUtc;
  if (shelf_ != nullptr) {
    FLU_TRY_ASSIGN(to, shelf_->end_of_recorded(from, watched + kAround));
  }
  FLU_TRY_ASSIGN(const Records records, segments({from, to}));
  if (records.empty()) return nothing("from there on");
  const auto shown = shown_after(records, watched, reach(records));
  Choice choice;
  choice.left_out = static_cast<std::size_t>(shown.data() - records.data());
  choice.shown.assign(records.begin(), records.begin() + static_cast<std::ptrdiff_t>(
                                                             choice.left_out + shown.size()));
  return choice;
}

const media::Tracks* ArchivePlaylists::tracks_of(const IndexRecord& record) {
  const auto live = question_->live_tracks.find(record.init_hash);
  if (live != question_->live_tracks.end()) return &live->second;
  return shelf_ == nullptr ? nullptr : shelf_->tracks_of(record);
}

Result<std::string> ArchivePlaylists::write_segments(const Choice& choice) {
  using Type = manifest::MediaPlaylist::Type;
  manifest::MediaPlaylist list;
  list.media_sequence = choice.sequence;
  if (!choice.shown.empty()) {
    FLU_TRY_ASSIGN(list, make_recorded_playlist(
                             choice.shown, [this](const auto& record) { return tracks_of(record); },
                             question_->route));
  }
  const std::uint32_t least = std::max(question_->target_duration, kLeastTarget);
  list.target_duration = ask_->kind == Kind::kRange
                             ? kLeastTarget
                             : longest(choice.shown.empty() ? choice.sample : choice.shown, least);
  const bool is_sliding = ask_->is_timeshift() || ask_->kind == Kind::kRewind;
  if (is_sliding && !choice.shown.empty()) {
    const IndexRecord& first = choice.shown.front();
    const bool is_marked = (first.flags & segment::kDiscont) != 0 && first.disc_seq > 0;
    list.discontinuity_sequence = first.disc_seq - (is_marked ? 1U : 0U);
    list.segments.front().is_discontinuity = is_marked;
  }
  drop_front(list, choice.left_out);
  if (ask_->kind == Kind::kRange) {
    list.type = Type::kVod;
    list.has_end = true;
    list.media_sequence = 0;
  } else if (ask_->kind == Kind::kFromNow) {
    list.type = Type::kEvent;
    list.media_sequence = 0;
    list.has_end = !question_->is_live;
  } else if (ask_->kind == Kind::kRewind) {
    list.has_end = !question_->is_live;
  }
  return manifest::write_media_playlist(list);
}

Result<std::string> ArchivePlaylists::write_variants(const Choice& choice) {
  store::WindowSnapshot sample;
  sample.segments = last_of(choice.shown.empty() ? choice.sample : choice.shown, kSample);
  sample.target_duration =
      longest(sample.segments, std::max(question_->target_duration, kLeastTarget));
  // Holes in the numbers would hide what is before them.
  std::uint32_t seq = 0;
  for (IndexRecord& record : sample.segments) record.seq = ++seq;
  const HlsPlaylists lists([this](const auto& record) { return tracks_of(record); },
                           [this](const auto& record) -> const container::SegmentSummary* {
                             const bool is_live = record.offset == 0;  // a blob begins with an init
                             return shelf_ == nullptr || is_live ? nullptr
                                                                 : shelf_->summary_of(record);
                           });
  const auto master = lists.master(sample, question_->route);
  if (!master) return std::string();
  if (master->variants.empty()) {
    return fail(ErrorCode::kNotFound, "The stream has neither picture nor sound.");
  }
  return manifest::write_master_playlist(*master);
}

}  // namespace flu::serve
