#pragma once

#include <chrono>
#include <cstdint>
#include <map>
#include <optional>
#include <string>

#include <nlohmann/json_fwd.hpp>

namespace flu::service {

// The image over the player.
struct LogoOptions {
  std::string root;  // the folder below which it lies
  std::string path;  // "": none
  // height, width; left or right, top or bottom
  std::map<std::string, unsigned, std::less<>> pixels;

  bool operator==(const LogoOptions&) const = default;
};

// What the configuration says of a stream to who serves it: an entry of "streams" in
// RUN_DIR/conf/serve.json. Another option is a field here, a line in parse_stream_options() and one
// in the supervisor's describe_conf().
struct StreamOptions {
  bool is_on_demand = false;
  std::string title;
  std::string url_prefix;       // before the addresses of segments and playlists, "" or without '/'
  bool has_audio_only = false;  // a variant without picture besides
  std::optional<std::chrono::milliseconds>
      prepush;           // 0: a client of MPEG-TS begins with what comes
  std::string provider;  // of the service in MPEG-TS
  std::map<std::string, std::uint16_t> mpegts_pids;  // "pmt", "v1", "a0": as configured
  bool is_hls_off = false;
  bool is_dash_off = false;
  bool is_mpegts_off = false;
  bool is_mseld_off = false;
  std::string dvr_root;         // where its archive lies; "": it has none
  bool has_thumbnails = false;  // flu-thumb makes JPEG pictures of it
  LogoOptions logo;

  bool operator==(const StreamOptions&) const = default;
};

// What is not there, or of another type, is the default.
StreamOptions parse_stream_options(const nlohmann::json& entry);

}  // namespace flu::service
