#pragma once

#include <chrono>
#include <cstdint>
#include <string>
#include <vector>

#include "libcommon/base/result.h"
#include "libcommon/container/mpegts/ts_reader.h"
#include "libcommon/io/udp_socket.h"

namespace flu::ingest {

enum class Scheme { kFake, kUdp, kFile, kStdin };

// One source, as given on the command line or in a `url` line of the config.
struct SourceUrl {
  Scheme scheme = Scheme::kFake;
  std::string word;  // as it was given
  std::string text;  // without secrets, for messages
  std::string path;  // of file://
  io::UdpAddress udp;
  container::TsReaderOptions ts;
  std::chrono::milliseconds source_timeout{60'000};
  unsigned priority = 0;  // 0: not given

  // It ends by itself.
  [[nodiscard]] bool is_finite() const {
    return scheme == Scheme::kFile || scheme == Scheme::kStdin;
  }
};

// URL [option=value...] [URL [option=value...]]...: in the order of priority=, else as given. What
// is documented but not supported yet is refused as a source, and said and left out as an option.
Result<std::vector<SourceUrl>> parse_sources(const std::vector<std::string>& words);

}  // namespace flu::ingest
