#pragma once

#include <cstdint>
#include <deque>
#include <map>
#include <set>
#include <string>
#include <vector>

#include "tools/dvr/record/item.h"

namespace flu::dvr {

// Segments that wait for the disk, in order. What is too much is given up, the oldest first: the
// files are in memory, and live streams need it.
class Backlog {
 public:
  struct Limits {
    std::uint64_t bytes;         // of all streams
    std::uint64_t stream_ticks;  // of one, in 90 kHz ticks
  };

  explicit Backlog(Limits limits) : limits_(limits) {}

  void add(Item item);

  // All that wait, but those of `but`. They count until done() or back().
  std::vector<Item> take(const std::set<std::string>& but);
  void done(const Item& item);
  // In front of what came meanwhile.
  void back(std::vector<Item> items);

  // Of one stream that is not to be recorded any more.
  void drop(const std::string& stream);

  [[nodiscard]] bool empty() const { return items_.empty(); }
  [[nodiscard]] std::uint64_t bytes() const { return bytes_; }  // those taken too
  [[nodiscard]] std::size_t segments() const { return items_.size(); }

  // How many were given up since the last call, by stream.
  std::map<std::string, std::uint64_t> take_given_up();

 private:
  void count(const Item& item, bool is_new);
  void give_up_too_much();
  void give_up(std::deque<Item>::iterator place);

  Limits limits_;
  std::deque<Item> items_;
  std::uint64_t bytes_ = 0;
  std::map<std::string, std::uint64_t> ticks_;
  std::map<std::string, std::uint64_t> given_up_;
};

}  // namespace flu::dvr
