#pragma once

#include <cstdint>
#include <memory>
#include <optional>
#include <string>
#include <vector>

#include "libcommon/base/clock.h"
#include "libcommon/store/window_reader.h"
#include "tools/dvr/record/item.h"

namespace flu::dvr {

// The segments of one live window as they come. It polls window.idx, which costs a read of 128
// bytes where nothing is new: the hub never knows of who records, and writes no faster for it.
class Tail {
 public:
  Tail(std::string stream, std::string folder)
      : stream_(std::move(stream)), folder_(std::move(folder)) {}

  // What is new since the last call, oldest first; at first all that the window has.
  std::vector<Item> poll(MonotonicTime now);

  [[nodiscard]] bool is_live() const { return reader_.has_value(); }
  // Segments that left the window before they were looked at.
  [[nodiscard]] std::uint64_t missed() const { return missed_; }

 private:
  std::size_t first_new(const std::vector<segment::IndexRecord>& segments);
  std::shared_ptr<const Buffer> init_of(const segment::IndexRecord& record);

  std::string stream_;
  std::string folder_;
  std::optional<store::WindowReader> reader_;
  MonotonicTime next_open_{};
  std::uint64_t generation_ = 0;
  std::optional<segment::IndexRecord> last_;
  std::shared_ptr<const Buffer> init_;
  std::uint32_t init_hash_ = 0;
  std::uint64_t missed_ = 0;
};

}  // namespace flu::dvr
