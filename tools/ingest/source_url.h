#pragma once

#include <chrono>
#include <cstdint>
#include <string>
#include <vector>

#include "libcommon/base/host_port.h"
#include "libcommon/base/result.h"
#include "libcommon/container/mpegts/ts_reader.h"
#include "libcommon/io/udp_socket.h"
#include "libcommon/wire/http/request.h"
#include "libcommon/wire/http/url.h"

namespace flu::ingest {

enum class Scheme { kFake, kUdp, kFile, kStdin, kTcp, kHttp, kDemux };

// What a source over HTTP asks with.
struct HttpSettings {
  wire::HttpUrl url;
  wire::HttpRequestOptions options;
  std::string tls_ca;  // a file with the authorities to trust; "" is the system's
};

// One source, as given on the command line or in a `url` line of the config.
struct SourceUrl {
  Scheme scheme = Scheme::kFake;
  std::string word;                      // as it was given
  std::string text;                      // without secrets, for messages
  std::string path;                      // of file://
  std::vector<std::string> directories;  // of its location: `path` lies below one of them
  std::vector<std::string> demux_words;  // what flu-demux is told, where it reads the source
  bool is_bursty = false;                // gives seconds of media at once, such as HLS
  io::UdpAddress udp;
  bool is_shared = false;  // received by flu-ingest --share
  HostPort peer;           // of tstcp://
  HttpSettings http;       // of tshttp:// and tshttps://
  container::TsReaderOptions ts;
  std::chrono::milliseconds source_timeout{60'000};
  unsigned priority = 0;  // 0: not given

  // It ends by itself.
  [[nodiscard]] bool is_finite() const {
    return scheme == Scheme::kFile || scheme == Scheme::kStdin;
  }
};

// Where files lie that configurations and --backup name as file://PREFIX/PATH.
struct Location {
  std::string prefix;
  std::vector<std::string> directories;  // the first that has the file
};

// PREFIX=DIRECTORY, each; those of one prefix are tried in their order.
Result<std::vector<Location>> parse_locations(const std::vector<std::string>& words);

// URL [option=value...] [URL [option=value...]]...: in the order of priority=, else as given. What
// is documented but not supported yet is refused as a source, and said and left out as an option.
Result<std::vector<SourceUrl>> parse_sources(const std::vector<std::string>& words,
                                             const std::vector<Location>& locations = {});

}  // namespace flu::ingest
