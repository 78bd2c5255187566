#pragma once

#include <chrono>
#include <cstdint>
#include <map>
#include <optional>
#include <string>
#include <string_view>
#include <vector>

#include "libcommon/config/diagnostic.h"
#include "libcommon/config/document.h"
#include "libcommon/config/mpegts_pids.h"

namespace flu::config {

// What the config asks for, checked and typed.

struct HttpListener {
  std::string address;  // "" is every interface
  std::uint16_t port = 0;
  unsigned line = 0;

  [[nodiscard]] std::string to_text() const;  // "8080", "127.0.0.1:8080"
};

struct Login {
  std::string user;
  std::string password;
};

struct UrlOptionValue {
  std::string name;
  std::string value;

  bool operator==(const UrlOptionValue&) const = default;
};

struct SourceUrl {
  std::string url;
  std::vector<UrlOptionValue> options;
  bool is_supported = true;
  unsigned line = 0;

  [[nodiscard]] std::string_view option(std::string_view name) const;  // "" when not given

  bool operator==(const SourceUrl&) const = default;
};

// file PREFIX { path DIRECTORY; }
struct FileLocation {
  std::string prefix;
  std::vector<std::string> directories;  // the first that has a file
  unsigned line = 0;

  bool operator==(const FileLocation&) const = default;
};

// The JPEG pictures of a stream.
struct ThumbnailConfig {
  bool is_enabled = false;
  bool is_on_demand = false;  // made while somebody looks
  std::string url;            // a camera's own picture is fetched instead; "": none

  bool operator==(const ThumbnailConfig&) const = default;
};

// A part of each UTC day, in minutes from midnight; where `to` is not behind `from`, over midnight.
struct DailyInterval {
  unsigned from = 0;
  unsigned to = 0;

  bool operator==(const DailyInterval&) const = default;
};

// How a stream is recorded.
struct DvrConfig {
  std::string root;         // the folder of archives; "": not recorded. Without '/' at its end
  bool is_offline = false;  // recorded only when somebody asks for it
  // When recordings go: what is not set is no limit.
  std::optional<std::chrono::milliseconds> depth;
  std::optional<std::uint64_t> max_bytes;
  unsigned max_usage = 95;              // percent of the disk
  std::vector<DailyInterval> schedule;  // empty: always
  bool has_index = true;

  bool operator==(const DvrConfig&) const = default;
};

// An image over the player in the page.
struct LogoConfig {
  std::string path;  // below wwwroot; "": none
  std::map<std::string, unsigned, std::less<>>
      pixels;  // height, width; left or right, top or bottom

  bool operator==(const LogoConfig&) const = default;
};

// What of a stream is only for those who serve it, and reaches them without a restart.
struct ServingConfig {
  std::optional<std::string> url_prefix;  // http://HOST[/PATH] or /PATH, without '/' at its end
  bool has_audio_only = false;
  // What a client of MPEG-TS gets at once; 0 is nothing, not set: from the newest key frame on.
  std::optional<std::chrono::milliseconds> prepush;
  std::string provider;    // in the SDT of MPEG-TS; "" is the default
  MpegtsPids mpegts_pids;  // what of MPEG-TS has other PIDs than usual
  bool is_hls_off = false;
  bool is_dash_off = false;
  bool is_mpegts_off = false;
  bool is_mseld_off = false;
  ThumbnailConfig thumbnails;
  LogoConfig logo;

  bool operator==(const ServingConfig&) const = default;
};

enum class StreamKind { kStatic, kOnDemand };

struct StreamConfig {
  std::string name;
  StreamKind kind = StreamKind::kStatic;
  unsigned line = 0;
  std::vector<SourceUrl> sources;
  std::string backup;  // PREFIX/PATH of a location; "" is none
  unsigned backup_line = 0;
  std::vector<FileLocation> locations;  // that its sources and backup name
  bool is_disabled = false;
  std::string title;
  std::string comment;
  // What is not set is the default of the program that it is for.
  std::optional<std::chrono::milliseconds> segment_duration;
  std::optional<std::uint64_t> segments;       // in the playlist
  std::optional<std::uint64_t> segment_count;  // kept, never fewer than `segments`
  std::chrono::milliseconds source_timeout = std::chrono::seconds(60);
  std::optional<std::chrono::milliseconds> frames_timeout;  // shorter than source_timeout
  std::chrono::milliseconds clients_timeout = std::chrono::seconds(60);
  std::uint64_t retry_limit = 10;  // of an on-demand stream; 0: for ever
  std::optional<std::uint64_t> max_sessions;
  ServingConfig serving;
  DvrConfig dvr;

  bool operator==(const StreamConfig&) const = default;
};

struct ServerConfig {
  std::vector<HttpListener> http;
  std::vector<HttpListener> https;
  std::optional<Login> view_auth;
  std::optional<Login> edit_auth;
  std::optional<std::uint64_t> max_sessions;
  // How long viewers stay with a flu-serve that was replaced; not set: its own default.
  std::optional<std::chrono::milliseconds> drain_timeout;
  std::string url_prefix;  // of streams that have none of their own
  std::vector<FileLocation> locations;
  std::vector<StreamConfig> streams;  // in the order of the file
};

struct LoadedConfig {
  Document document;
  ServerConfig server;
  Diagnostics diagnostics;  // by line
};

// The whole of a config file: syntax, names, values, and what fits together. `server` is to be used
// only when there are no errors.
LoadedConfig load_config(std::string_view text);

}  // namespace flu::config
