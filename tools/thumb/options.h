#pragma once

#include <string>
#include <vector>

#include <CLI/CLI.hpp>

#include "libcommon/av/jpeg_maker.h"
#include "libcommon/base/result.h"

namespace flu::thumb {

struct Options {
  std::vector<std::string> names;  // of streams; none: those of RUN_DIR/conf/thumb.json
  std::string url;                 // of a camera's own picture
  std::string size;                // "1920x1080"
  bool is_once = false;
};

// Declares every option once; --help, the man page and completion follow from it.
void define_options(CLI::App& cli, Options& options);

// "640x360"; "" is the default.
Result<av::PictureBox> parse_box(const std::string& text);

}  // namespace flu::thumb
