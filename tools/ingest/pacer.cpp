#include "tools/ingest/pacer.h"

#include <algorithm>
#include <utility>
#include <variant>

namespace flu::ingest {
namespace {

std::size_t size_of(const media::Unit& unit) {
  const auto* sample = std::get_if<media::Sample>(&unit);
  return sample == nullptr ? 0 : sample->data.size();
}

}  // namespace

void Pacer::add(Units& units, MonotonicTime now) {
  if (!start_) start_ = newest_ = now;
  pace_.expect(units);
  for (media::Unit& unit : units) {
    const auto time = due(unit);
    bytes_ += size_of(unit);
    if (time) newest_ = std::max(newest_, *time);
    queue_.push_back({std::move(unit), time, std::exchange(is_restart_pending_, false)});
  }
  units.clear();
}

void Pacer::restart() {
  pace_.restart();
  is_restart_pending_ = true;
}

std::optional<MonotonicTime> Pacer::due(const media::Unit& unit) {
  const auto* sample = std::get_if<media::Sample>(&unit);
  if (sample == nullptr || sample->is_sparse) return std::nullopt;
  // A timeline of its own turns jumps, wraps and repeated passes into one rising time.
  const auto mapped =
      pace_.map(sample->track_id, sample->dts, sample->duration, {*start_, WallTime{}});
  if (mapped.is_dropped) return std::nullopt;
  if (!pace_start_) pace_start_ = mapped.dts;
  return *start_ + std::chrono::duration_cast<std::chrono::nanoseconds>(mapped.dts - *pace_start_);
}

std::optional<Pacer::Due> Pacer::take(MonotonicTime now) {
  Due out;
  while (!queue_.empty()) {
    Waiting& next = queue_.front();
    if (next.due && *next.due > now) break;
    if (next.is_restart && !out.units.empty()) break;
    out.is_restart = out.is_restart || next.is_restart;
    bytes_ -= size_of(next.unit);
    out.units.push_back(std::move(next.unit));
    queue_.pop_front();
  }
  if (out.units.empty()) return std::nullopt;
  return out;
}

std::optional<MonotonicTime> Pacer::next() const {
  if (queue_.empty()) return std::nullopt;
  return queue_.front().due.value_or(MonotonicTime{});
}

MonotonicTime::duration Pacer::ahead(MonotonicTime now) const {
  return queue_.empty() ? MonotonicTime::duration{0} : newest_ - now;
}

}  // namespace flu::ingest
