#include "tools/segment/options.h"

#include <algorithm>
#include <chrono>

#include <fmt/format.h>

#include "libcommon/base/text.h"
#include "libcommon/media/time.h"
#include "tools/segment/limits.h"

namespace flu::hub {
namespace {

constexpr std::uint32_t kDefaultSegments = 5;
// Shorter ones cost more in requests than they save in delay; LL-HLS parts are the way. Longer ones
// would be closed by force before their time.
constexpr std::chrono::milliseconds kShortestTarget{500};
constexpr std::chrono::milliseconds kLongestTarget{20'000};

}  // namespace

void define_options(CLI::App& cli, Options& options) {
  cli.add_option("--segment-duration", options.segment_duration,
                 "Length that segments are cut to, at the first key frame from there on")
      ->type_name("TIME")
      ->capture_default_str();
  cli.add_option("--segments", options.segments, "Segments in a playlist")
      ->default_str("5")
      ->type_name("N")
      ->check(CLI::Range(std::uint32_t{1}, kMaxSegments));
  cli.add_option("--segment-count", options.segment_count,
                 "Segments kept at least; never fewer than a playlist shows")
      ->type_name("N")
      ->check(CLI::Range(std::uint32_t{1}, kMaxSegments));
  cli.add_flag("--stay", options.stays, "Wait for a new producer after the end of standard input");
  cli.add_flag("--no-stdin", options.has_no_stdin,
               "Leave standard input alone: producers come by in.sock only");
  cli.add_option("NAME", options.name, "Name of the stream")->required();
}

Result<store::WindowSettings> window_settings(const Options& options) {
  store::WindowSettings settings;
  const auto target = parse_duration(options.segment_duration);
  if (!target || *target < kShortestTarget || *target > kLongestTarget) {
    return fail(ErrorCode::kInvalidArgument,
                fmt::format("--segment-duration {}: expected a time from 0.5 to 20 seconds",
                            printable(options.segment_duration)));
  }
  settings.target = std::chrono::duration_cast<media::Ticks>(*target);
  const std::uint32_t either = std::max(options.segments, options.segment_count);
  settings.playlist_segments = options.segments != 0 ? options.segments
                               : either != 0         ? either
                                                     : kDefaultSegments;
  settings.kept_segments =
      std::max(options.segment_count != 0 ? options.segment_count : settings.playlist_segments,
               settings.playlist_segments);
  return settings;
}

}  // namespace flu::hub
