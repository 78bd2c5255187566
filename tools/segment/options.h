#pragma once

#include <cstdint>
#include <string>

#include <CLI/CLI.hpp>

#include "libcommon/base/result.h"
#include "libcommon/store/window_writer.h"

namespace flu::hub {

struct Options {
  std::string name;
  std::string segment_duration = "4";
  std::uint32_t segments = 0;       // 0: not given
  std::uint32_t segment_count = 0;  // 0: not given
  bool stays = false;
  bool has_no_stdin = false;
};

void define_options(CLI::App& cli, Options& options);

// The lengths of the window. Either of segments and segment_count alone sets both; what is kept is
// never fewer than the playlist shows. kInvalidArgument names the option that is out of range.
Result<store::WindowSettings> window_settings(const Options& options);

}  // namespace flu::hub
