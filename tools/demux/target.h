#pragma once

#include <string>
#include <vector>

#include "libcommon/av/input.h"
#include "libcommon/base/result.h"
#include "libcommon/container/mpegts/ts_reader.h"

namespace flu::demux {

// What to read, and how libav is to be asked for it.
struct Target {
  std::string text;         // without secrets, for messages
  av::InputSettings input;  // on_playlist and stop are not set
  bool is_file = false;
  bool is_transport = false;  // MPEG-TS, for our own reader
  bool is_hls = false;
  bool may_use_tls = false;  // at once, or where it is led to
  std::string tls_ca;        // a file with the authorities to trust; "": the system's
  bool skips_stalled_check = false;
  container::TsReaderOptions ts;
};

// URL [option=value...], or a path. Options that say nothing to the protocol are refused.
Result<Target> parse_target(const std::vector<std::string>& words);

}  // namespace flu::demux
