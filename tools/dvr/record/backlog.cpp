#include "tools/dvr/record/backlog.h"

#include <algorithm>
#include <iterator>
#include <utility>

namespace flu::dvr {

void Backlog::count(const Item& item, bool is_new) {
  std::uint64_t& ticks = ticks_[item.stream];
  if (is_new) {
    bytes_ += item.record.size;
    ticks += item.record.duration;
    return;
  }
  bytes_ -= item.record.size;
  ticks -= item.record.duration;
  if (ticks == 0) ticks_.erase(item.stream);
}

void Backlog::add(Item item) {
  count(item, true);
  items_.push_back(std::move(item));
  give_up_too_much();
}

void Backlog::give_up(std::deque<Item>::iterator place) {
  count(*place, false);
  ++given_up_[place->stream];
  items_.erase(place);
}

// What is taken is being written: it cannot be given up, but counts.
void Backlog::give_up_too_much() {
  const auto is_over = [&](const Item& item) {
    const auto ticks = ticks_.find(item.stream);
    return ticks != ticks_.end() && ticks->second > limits_.stream_ticks;
  };
  if (items_.empty()) return;
  // Only the stream of the newest item can have become too long.
  const std::string stream = items_.back().stream;
  while (is_over(items_.back())) {
    const auto oldest = std::find_if(items_.begin(), items_.end(),
                                     [&](const Item& item) { return item.stream == stream; });
    if (std::next(oldest) == items_.end()) break;  // the newest alone
    give_up(oldest);
  }
  while (bytes_ > limits_.bytes && items_.size() > 1) give_up(items_.begin());
}

std::vector<Item> Backlog::take(const std::set<std::string>& but) {
  std::vector<Item> out;
  std::deque<Item> rest;
  for (Item& item : items_) {
    if (but.count(item.stream) == 0) {
      out.push_back(std::move(item));
    } else {
      rest.push_back(std::move(item));
    }
  }
  items_ = std::move(rest);
  return out;
}

void Backlog::done(const Item& item) {
  count(item, false);
}

void Backlog::back(std::vector<Item> items) {
  items_.insert(items_.begin(), std::make_move_iterator(items.begin()),
                std::make_move_iterator(items.end()));
  give_up_too_much();
}

void Backlog::drop(const std::string& stream) {
  for (const Item& item : items_) {
    if (item.stream == stream) count(item, false);
  }
  std::erase_if(items_, [&](const Item& item) { return item.stream == stream; });
}

std::map<std::string, std::uint64_t> Backlog::take_given_up() {
  return std::exchange(given_up_, {});
}

}  // namespace flu::dvr
