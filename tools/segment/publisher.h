#pragma once

#include <functional>
#include <string>
#include <string_view>

#include <nlohmann/json_fwd.hpp>

#include "libcommon/base/clock.h"
#include "libcommon/base/result.h"
#include "libcommon/segment/index_record.h"
#include "libcommon/store/window_writer.h"
#include "tools/segment/segment_table.h"

namespace flu::hub {

// Who wants to know what happens to the stream.
struct Listeners {
  std::function<void(const segment::IndexRecord&)> news;  // segments and parts
  std::function<void(std::string_view, const nlohmann::json&)> event;
};

// Puts complete segments into the live window, and keeps that alive on a full file system.
class Publisher {
 public:
  static Result<Publisher> open(const std::string& folder, const store::WindowSettings& settings,
                                Listeners listeners);

  // `target_duration`: what TARGETDURATION should be by the cutter's rule; a longer segment raises
  // it. A segment that cannot be written is lost: its number is left out, nothing else suffers.
  void publish(const SegmentTable& segment, std::uint32_t target_duration);

  // Makes room in a window that cannot be written to. False when there is none to be made.
  bool relieve(const Error& why);

  Result<std::uint32_t> keep_init(Bytes init);

  [[nodiscard]] store::WindowWriter& window() { return window_; }
  [[nodiscard]] const store::WindowWriter& window() const { return window_; }
  [[nodiscard]] std::uint64_t segments() const { return segments_; }
  [[nodiscard]] std::uint64_t lost_segments() const { return lost_segments_; }
  [[nodiscard]] const Listeners& listeners() const { return listeners_; }

 private:
  Publisher(std::string folder, store::WindowWriter window, Listeners listeners)
      : folder_(std::move(folder)), window_(std::move(window)), listeners_(std::move(listeners)) {}

  Result<void> try_publish(const SegmentTable& segment, std::uint32_t target_duration);
  void recover_length();

  std::string folder_;
  store::WindowWriter window_;
  Listeners listeners_;
  bool is_reduced_ = false;
  MonotonicTime reduced_at_{};
  std::uint64_t segments_ = 0;
  std::uint64_t lost_segments_ = 0;
};

}  // namespace flu::hub
