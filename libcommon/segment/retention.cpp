#include "libcommon/segment/retention.h"

#include <algorithm>
#include <map>
#include <utility>

namespace flu::segment {
namespace {

// What goes at once.
struct Unit {
  Hour hour = 0;
  std::optional<std::uint16_t> blob;
  TimeRange time;
  std::uint64_t bytes = 0;
};

// What of one stream may be deleted, the oldest first. All rules take from its front, so that
// nothing goes while something older could.
class Candidates {
 public:
  Candidates(const CleanInput& input, std::size_t stream)
      : input_(&input), archive_(&input.streams[stream]), stream_(stream) {
    for (const ArchiveHour& hour : archive_->hours) bytes_ += hour.bytes;
  }

  // The oldest; nullptr: there is none.
  const Unit* front() {
    while (next_unit_ == units_.size() && next_hour_ < archive_->hours.size()) {
      load(archive_->hours[next_hour_++]);
    }
    return next_unit_ < units_.size() ? &units_[next_unit_] : nullptr;
  }

  // The same, of what began before a time: later hours are not looked into.
  const Unit* front_before(media::Timestamp time) {
    while (next_unit_ == units_.size() && next_hour_ < archive_->hours.size() &&
           archive_->hours[next_hour_].time.from < time) {
      load(archive_->hours[next_hour_++]);
    }
    return next_unit_ < units_.size() ? &units_[next_unit_] : nullptr;
  }

  Unit take() {
    bytes_ -= std::min(bytes_, units_[next_unit_].bytes);
    return units_[next_unit_++];
  }

  [[nodiscard]] std::uint64_t bytes() const { return bytes_; }  // of what is left
  [[nodiscard]] std::size_t blobs_of(Hour hour) const { return blobs_.at(hour); }

 private:
  void load(const ArchiveHour& hour) {
    units_.clear();
    next_unit_ = 0;
    if (hour.is_leftover) return;
    const bool is_locked = archive_->locks.overlaps(hour.time);
    if (hour.blobs <= 1) {
      if (!hour.is_open && !is_locked) {
        units_.push_back({hour.hour, std::nullopt, hour.time, hour.bytes});
      }
      return;
    }
    std::vector<ArchiveBlob> blobs = input_->blobs_of(stream_, hour.hour);
    if (blobs.empty() && !hour.is_open && !is_locked) {  // nobody knows any more
      units_.push_back({hour.hour, std::nullopt, hour.time, hour.bytes});
    }
    blobs_[hour.hour] = blobs.size();
    if (hour.is_open) drop_newest(blobs);
    for (const ArchiveBlob& blob : blobs) {
      if (is_locked && archive_->locks.overlaps(blob.time)) continue;
      units_.push_back({hour.hour, blob.number, blob.time, blob.bytes});
    }
    std::stable_sort(units_.begin(), units_.end(),
                     [](const Unit& a, const Unit& b) { return a.time.to < b.time.to; });
  }

  static void drop_newest(std::vector<ArchiveBlob>& blobs) {
    const auto newest = std::max_element(
        blobs.begin(), blobs.end(),
        [](const ArchiveBlob& a, const ArchiveBlob& b) { return a.number < b.number; });
    if (newest != blobs.end()) blobs.erase(newest);
  }

  const CleanInput* input_;
  const StreamArchive* archive_;
  std::size_t stream_;
  std::size_t next_hour_ = 0;
  std::vector<Unit> units_;  // of the hour before
  std::size_t next_unit_ = 0;
  std::uint64_t bytes_ = 0;
  std::map<Hour, std::size_t> blobs_;  // of hours that were looked into
};

class Planner {
 public:
  explicit Planner(const CleanInput& input) : input_(&input) {
    for (std::size_t i = 0; i < input.streams.size(); ++i) candidates_.emplace_back(input, i);
  }

  CleanPlan plan() {
    take_leftovers();
    for (std::size_t i = 0; i < candidates_.size(); ++i) {
      take_old(i);
      take_too_many(i);
    }
    take_for_disk();
    take_needed();
    join_hours();
    std::stable_sort(plan_.deletions.begin(), plan_.deletions.end(),
                     [](const Deletion& a, const Deletion& b) {
                       const bool is_left_a = a.reason == CleanReason::kLeftover;
                       const bool is_left_b = b.reason == CleanReason::kLeftover;
                       return is_left_a != is_left_b ? is_left_a : a.time.to < b.time.to;
                     });
    return std::move(plan_);
  }

 private:
  [[nodiscard]] const ArchiveLimits& limits(std::size_t stream) const {
    return input_->streams[stream].limits;
  }

  void take(std::size_t stream, CleanReason reason, std::uint64_t limit, std::uint64_t over) {
    const Unit unit = candidates_[stream].take();
    plan_.deletions.push_back(
        {stream, unit.hour, unit.blob, unit.time, unit.bytes, reason, limit, over});
    freed_ += unit.bytes;
  }

  void take_leftovers() {
    for (std::size_t i = 0; i < input_->streams.size(); ++i) {
      for (const ArchiveHour& hour : input_->streams[i].hours) {
        if (!hour.is_leftover || hour.is_open) continue;
        plan_.deletions.push_back(
            {i, hour.hour, std::nullopt, hour.time, 0, CleanReason::kLeftover, 0, 0});
      }
    }
  }

  void take_old(std::size_t stream) {
    const auto depth = limits(stream).depth;
    if (!depth) return;
    const media::Timestamp oldest = input_->now - std::min(*depth, kMaxDepth);
    for (const Unit* unit = candidates_[stream].front_before(oldest);
         unit != nullptr && unit->time.to <= oldest;
         unit = candidates_[stream].front_before(oldest)) {
      take(stream, CleanReason::kAge, static_cast<std::uint64_t>(depth->count()), 0);
    }
  }

  void take_too_many(std::size_t stream) {
    const auto most = limits(stream).max_bytes;
    if (!most) return;
    while (candidates_[stream].bytes() > *most) {
      const std::uint64_t over = candidates_[stream].bytes() - *most;
      if (candidates_[stream].front() == nullptr) {
        plan_.shortfalls.push_back({stream, CleanReason::kSize, *most, over});
        return;
      }
      take(stream, CleanReason::kSize, *most, over);
    }
  }

  // By how much the disk is fuller than that; the sum in 128 bits, as bytes times 100 may be long.
  [[nodiscard]] std::uint64_t over_usage(unsigned percent) const {
    __extension__ using Wide = unsigned __int128;
    const Wide size = Wide{input_->disk.used} + input_->disk.available;
    const auto most = static_cast<std::uint64_t>(size * percent / 100);
    const std::uint64_t used = input_->disk.used - std::min(input_->disk.used, freed_);
    return used > most ? used - most : 0;
  }

  // Of all streams that do not allow the disk to be so full, what is oldest.
  void take_for_disk() {
    while (true) {
      std::optional<std::size_t> oldest;
      std::optional<unsigned> strictest;
      for (std::size_t i = 0; i < candidates_.size(); ++i) {
        const auto most = limits(i).max_usage;
        if (!most || over_usage(*most) == 0) continue;
        strictest = std::min(strictest.value_or(*most), *most);
        if (is_older(i, oldest)) oldest = i;
      }
      if (!strictest) return;
      if (!oldest) {
        plan_.shortfalls.push_back(
            {std::nullopt, CleanReason::kDisk, *strictest, over_usage(*strictest)});
        return;
      }
      const unsigned most = *limits(*oldest).max_usage;
      take(*oldest, CleanReason::kDisk, most, over_usage(most));
    }
  }

  void take_needed() {
    while (freed_ < input_->needed) {
      std::optional<std::size_t> oldest;
      for (std::size_t i = 0; i < candidates_.size(); ++i) {
        if (is_older(i, oldest)) oldest = i;
      }
      const std::uint64_t lacking = input_->needed - freed_;
      if (!oldest) {
        plan_.shortfalls.push_back({std::nullopt, CleanReason::kFull, 0, lacking});
        return;
      }
      take(*oldest, CleanReason::kFull, 0, lacking);
    }
  }

  // Has that stream something older than the other's oldest?
  bool is_older(std::size_t stream, const std::optional<std::size_t>& other) {
    const Unit* unit = candidates_[stream].front();
    if (unit == nullptr) return false;
    return !other || unit->time.to < candidates_[*other].front()->time.to;
  }

  // The last blob of an hour takes the rest of the hour with it, for its own reason.
  void join_hours() {
    std::map<std::pair<std::size_t, Hour>, std::vector<std::size_t>> taken;
    for (std::size_t i = 0; i < plan_.deletions.size(); ++i) {
      const Deletion& each = plan_.deletions[i];
      if (each.blob) taken[{each.stream, each.hour}].push_back(i);
    }
    std::vector<bool> is_joined(plan_.deletions.size());
    for (const auto& [where, parts] : taken) {
      const auto& hours = input_->streams[where.first].hours;
      const auto hour = std::find_if(
          hours.begin(), hours.end(),
          [hour = where.second](const ArchiveHour& each) { return each.hour == hour; });
      if (hour->is_open || candidates_[where.first].blobs_of(hour->hour) != parts.size()) continue;
      Deletion& whole = plan_.deletions[parts.back()];
      whole.blob.reset();
      whole.time = hour->time;
      whole.bytes = hour->bytes;
      for (std::size_t i = 0; i + 1 < parts.size(); ++i) is_joined[parts[i]] = true;
    }
    std::vector<Deletion> left;
    for (std::size_t i = 0; i < is_joined.size(); ++i) {
      if (!is_joined[i]) left.push_back(plan_.deletions[i]);
    }
    plan_.deletions = std::move(left);
  }

  const CleanInput* input_;
  std::vector<Candidates> candidates_;
  CleanPlan plan_;
  std::uint64_t freed_ = 0;
};

}  // namespace

CleanPlan plan_cleaning(const CleanInput& input) {
  return Planner(input).plan();
}

}  // namespace flu::segment
