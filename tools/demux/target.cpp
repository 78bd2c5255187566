#include "tools/demux/target.h"

#include <algorithm>
#include <cctype>
#include <string_view>

#include <fmt/format.h>

#include "libcommon/base/text.h"
#include "libcommon/config/rtmp_path.h"
#include "libcommon/config/schema.h"
#include "libcommon/config/secret.h"
#include "libcommon/config/suggestion.h"
#include "libcommon/config/url_check.h"

namespace flu::demux {
namespace {

constexpr std::string_view kSeparator = "://";
constexpr std::uint64_t kMaxProgram = 65'535;
constexpr std::uint64_t kMaxPid = 8'191;

// Containers that hold media themselves: none that names other files or addresses.
constexpr const char* kFileFormats =
    "mov,mp4,flv,live_flv,matroska,webm,mp3,aac,ac3,eac3,ogg,avi,mpeg,mpegts,h264,hevc,mpegvideo";
constexpr const char* kRadioFormats = "mp3,aac,ogg,ac3,flv,mpegts,mov,mp4,matroska,webm";
// The playlist, and what its segments are.
constexpr const char* kHlsFormats = "hls,mpegts,aac,mp3,ac3,eac3,mov,mp4";

tl::unexpected<Error> refuse(std::string_view subject, std::string_view why) {
  return fail(ErrorCode::kInvalidArgument, fmt::format("{}: {}", subject, why));
}

// What a scheme of ours is to libav.
struct Protocol {
  std::string_view scheme;
  std::string_view url_scheme;
  const char* format;     // forced; "" is found out
  const char* protocols;  // all that may be used below it
  const char* formats;
};
constexpr Protocol kProtocols[] = {
    {"rtsp", "rtsp", "rtsp", "rtsp,tcp,rtp,udp", "rtsp"},
    {"rtsps", "rtsps", "rtsp", "rtsps,tls,tcp", "rtsp"},
    {"rtmp", "rtmp", "flv", "rtmp,tcp", "flv"},
    {"rtmps", "rtmps", "flv", "rtmps,tls,tcp", "flv"},
    // A server may send its players on to https, never the other way round.
    {"hls", "http", "hls", "http,https,tls,tcp,crypto", kHlsFormats},
    {"hlss", "https", "hls", "https,tls,tcp,crypto", kHlsFormats},
    {"shout", "http", "", "http,https,tls,tcp", kRadioFormats},
    {"shouts", "https", "", "https,tls,tcp", kRadioFormats},
    {"srt", "srt", "", "srt", ""},
};

bool is_http(const Target& target) {
  return target.input.url.starts_with("http");
}

bool is_header_name(std::string_view name) {
  return !name.empty() && std::all_of(name.begin(), name.end(), [](char c) {
    return std::isalnum(static_cast<unsigned char>(c)) != 0 || c == '-' || c == '_';
  });
}

bool is_printable(std::string_view text) {
  return std::all_of(text.begin(), text.end(),
                     [](char c) { return static_cast<unsigned char>(c) >= 0x20 && c != 0x7F; });
}

Result<std::uint64_t> number(std::string_view text, std::uint64_t high) {
  const auto value = parse_unsigned(text);
  if (value && *value <= high) return *value;
  return fail(ErrorCode::kInvalidArgument,
              fmt::format("expected a number up to {}, found '{}'", high, printable(text)));
}

Result<bool> truth(std::string_view text) {
  if (text == "true" || text == "1") return true;
  if (text == "false" || text == "0") return false;
  return fail(ErrorCode::kInvalidArgument,
              fmt::format("expected true or false, found '{}'", printable(text)));
}

void add_option(Target& target, const char* name, std::string value) {
  target.input.options.emplace_back(name, std::move(value));
}

Result<void> add_header(Target& target, std::string_view name, std::string_view value) {
  if (!is_header_name(name) || !is_printable(value)) {
    return fail(ErrorCode::kInvalidArgument, "not what an HTTP header can be");
  }
  const std::string line = fmt::format("{}: {}\r\n", name, value);
  for (auto& [key, text] : target.input.options) {
    if (key == "headers") {
      text += line;
      return {};
    }
  }
  add_option(target, "headers", line);
  return {};
}

Result<void> set_http_option(Target& target, std::string_view name, std::string_view value) {
  if (!is_http(target)) {
    return fail(ErrorCode::kInvalidArgument, "goes with hls:// and shout:// alone");
  }
  if (name == "skip_stalled_check") {
    FLU_TRY_ASSIGN(target.skips_stalled_check, truth(value));
    return {};
  }
  if (name != "user_agent") return add_header(target, name.substr(name.find('.') + 1), value);
  if (!is_printable(value)) {
    return fail(ErrorCode::kInvalidArgument, "not what an HTTP header can be");
  }
  for (auto& [key, text] : target.input.options) {
    if (key == "user_agent") text = value;
  }
  return {};
}

Result<void> set_transport_option(Target& target, std::string_view name, std::string_view value) {
  if (!target.is_transport) {
    return fail(ErrorCode::kInvalidArgument, "goes with MPEG-TS alone, such as srt://");
  }
  if (name == "program") {
    FLU_TRY_ASSIGN(const auto program, number(value, kMaxProgram));
    target.ts.program = static_cast<std::uint16_t>(program);
  } else if (name == "pids") {
    for (const std::string_view text : split(value, ',')) {
      FLU_TRY_ASSIGN(const auto pid, number(text, kMaxPid));
      target.ts.pids.push_back(static_cast<std::uint16_t>(pid));
    }
  }
  return {};
}

Result<void> set_option(Target& target, std::string_view name, std::string_view value) {
  if (name == "user_agent" || name == "skip_stalled_check" || name.starts_with("header.")) {
    return set_http_option(target, name, value);
  }
  if (name == "allow_subtitles") {
    FLU_TRY_ASSIGN(target.ts.allow_subtitles, truth(value));
    return {};
  }
  if (name == "program" || name == "pids") {
    return set_transport_option(target, name, value);
  }
  if (name == "tls_ca") {
    if (!target.may_use_tls) {
      return fail(ErrorCode::kInvalidArgument, "goes with sources over TLS, such as rtsps://");
    }
    target.tls_ca = value;
    return {};
  }
  if (name == "source_timeout") {
    FLU_TRY_ASSIGN(target.input.read_timeout, parse_duration(value));
    if (target.input.read_timeout.count() <= 0) {
      return fail(ErrorCode::kInvalidArgument, "expected more than 0 seconds");
    }
    target.input.open_timeout = std::min(target.input.open_timeout, target.input.read_timeout);
    return {};
  }
  return fail(ErrorCode::kInvalidArgument, "says nothing here");
}

Result<void> add_protocol_options(Target& target, const Protocol& protocol, std::string_view rest) {
  if (is_http(target)) add_option(target, "user_agent", "flu/" FLU_VERSION);
  if (protocol.url_scheme.starts_with("rtsp")) {
    // Through every firewall, and nothing is lost on the way; in datagrams when the server wants
    // that (461), but not of a secure URL: they are not encrypted.
    const bool is_secure = protocol.url_scheme == "rtsps";
    add_option(target, "rtsp_transport", is_secure ? "tcp" : "udp+tcp");
    if (!is_secure) add_option(target, "rtsp_flags", "prefer_tcp");
    add_option(target, "allowed_media_types", "video+audio");
  } else if (protocol.url_scheme.starts_with("rtmp")) {
    FLU_TRY_ASSIGN(const config::RtmpPath path, config::parse_rtmp_path(rest));
    add_option(target, "rtmp_app", path.application);
    add_option(target, "rtmp_playpath", path.stream);
  } else if (target.is_hls) {
    // The names of segments say nothing of what they are; the formats are held by a list.
    add_option(target, "allowed_extensions", "ALL");
    add_option(target, "allowed_segment_extensions", "ALL");
    add_option(target, "extension_picky", "0");
    add_option(target, "http_persistent", "0");
    add_option(target, "http_multiple", "0");
    add_option(target, "seg_format_options", "correct_ts_overflow=0");
  }
  return {};
}

// A path, or file:// and one.
void set_file(Target& target, std::string_view path) {
  target.is_file = true;
  target.input.url = fmt::format("file:{}", path);
  target.input.protocols = "file";
  target.input.formats = kFileFormats;
}

Result<Target> parse_url(const std::string& word) {
  Target target;
  target.text = printable(config::hide_secrets(word));
  const auto separator = word.find(kSeparator);
  const std::string_view scheme = std::string_view(word).substr(0, separator);
  if (separator == std::string::npos) {
    set_file(target, word);
    return target;
  }
  const std::string_view rest = std::string_view(word).substr(separator + kSeparator.size());
  if (rest.empty()) return refuse(target.text, "nothing after '://'");
  if (!is_printable(word)) return refuse(target.text, "a URL holds no control characters");
  if (scheme == "file") {
    set_file(target, rest);
    return target;
  }
  const auto protocol = std::find_if(std::begin(kProtocols), std::end(kProtocols),
                                     [&](const Protocol& entry) { return entry.scheme == scheme; });
  if (protocol == std::end(kProtocols)) {
    std::vector<std::string_view> names{"file"};
    for (const Protocol& entry : kProtocols) names.push_back(entry.scheme);
    return refuse(target.text, fmt::format("'{}' is none of the protocols that are read here{}",
                                           printable(scheme), config::did_you_mean(scheme, names)));
  }
  if (const auto user_info = config::check_user_info(rest); !user_info) {
    return refuse(target.text, user_info.error().message);
  }
  target.input.url = fmt::format("{}://{}", protocol->url_scheme, rest);
  target.input.format = protocol->format;
  target.input.protocols = protocol->protocols;
  target.input.formats = protocol->formats;
  target.input.is_live = true;
  const std::string_view below = protocol->protocols;
  target.may_use_tls = below.find("tls") != std::string_view::npos;
  target.is_hls = scheme == "hls" || scheme == "hlss";
  target.is_transport = scheme == "srt";
  if (const auto added = add_protocol_options(target, *protocol, rest); !added) {
    return refuse(target.text, added.error().message);
  }
  return target;
}

}  // namespace

Result<Target> parse_target(const std::vector<std::string>& words) {
  FLU_TRY_ASSIGN(Target target, parse_url(words.front()));
  for (std::size_t i = 1; i < words.size(); ++i) {
    const std::string_view word = words[i];
    const auto equals = word.find('=');
    const std::string_view name = word.substr(0, equals);
    if (equals == std::string_view::npos) {
      return refuse(target.text,
                    fmt::format("expected option=value behind it, found '{}'", printable(word)));
    }
    if (config::find_url_option(name) == nullptr) {
      return refuse(target.text,
                    fmt::format("unknown option '{}'{}", printable(name),
                                config::did_you_mean(name, config::url_option_names())));
    }
    if (const auto set = set_option(target, name, word.substr(equals + 1)); !set) {
      return refuse(target.text, fmt::format("{}: {}", name, set.error().message));
    }
  }
  return target;
}

}  // namespace flu::demux
