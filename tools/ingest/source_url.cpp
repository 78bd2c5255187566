#include "tools/ingest/source_url.h"

#include <algorithm>
#include <string_view>

#include <fmt/format.h>

#include "libcommon/base/log.h"
#include "libcommon/base/text.h"
#include "libcommon/config/network.h"
#include "libcommon/config/rtmp_path.h"
#include "libcommon/config/schema.h"
#include "libcommon/config/secret.h"
#include "libcommon/config/suggestion.h"
#include "libcommon/config/url_check.h"

namespace flu::ingest {
namespace {

constexpr std::string_view kSeparator = "://";
constexpr std::uint64_t kMaxProgram = 65'535;  // ISO 13818-1 2.4.4.8: 16 bits
constexpr std::uint64_t kMaxPid = 8'191;       // 2.4.3.2: 13 bits
constexpr std::uint64_t kMaxPriority = 1'000'000;

tl::unexpected<Error> refuse(std::string_view subject, std::string_view why) {
  return fail(ErrorCode::kInvalidArgument, fmt::format("{}: {}", subject, why));
}

Result<std::uint64_t> number(std::string_view text, std::uint64_t low, std::uint64_t high) {
  const auto value = parse_unsigned(text);
  if (value && *value >= low && *value <= high) return *value;
  return fail(
      ErrorCode::kInvalidArgument,
      fmt::format("expected a number from {} to {}, found '{}'", low, high, printable(text)));
}

Result<bool> truth(std::string_view text) {
  if (text == "true" || text == "1") return true;
  if (text == "false" || text == "0") return false;
  return fail(ErrorCode::kInvalidArgument,
              fmt::format("expected true or false, found '{}'", printable(text)));
}

// 239.255.1.1:5500 or 239.255.1.1:5500/192.168.10.1
Result<io::UdpAddress> parse_udp(std::string_view rest) {
  io::UdpAddress out;
  const auto slash = rest.find('/');
  const std::string_view host = rest.substr(0, slash);
  const auto colon = host.rfind(':');
  if (colon == std::string_view::npos) {
    return fail(ErrorCode::kInvalidArgument,
                "expected udp://ADDRESS:PORT or udp://GROUP:PORT/ADDRESS_OF_INTERFACE");
  }
  FLU_TRY_ASSIGN(out.address, config::parse_ipv4(host.substr(0, colon)));
  FLU_TRY_ASSIGN(const auto port, number(host.substr(colon + 1), 1, 65'535));
  out.port = static_cast<std::uint16_t>(port);
  if (slash == std::string_view::npos || slash + 1 == rest.size()) return out;
  if (!out.is_multicast()) {
    return fail(ErrorCode::kInvalidArgument,
                fmt::format("an interface after '/' goes with a multicast group, and {} is none",
                            printable(host)));
  }
  const auto interface = config::parse_ipv4(rest.substr(slash + 1));
  if (!interface) {
    return fail(ErrorCode::kInvalidArgument,
                "the address of an interface after '/': " + interface.error().message);
  }
  out.interface = *interface;
  return out;
}

// tstcp://HOST:PORT; a '/' behind it is let pass.
Result<HostPort> parse_tcp(std::string_view rest) {
  if (!rest.empty() && rest.back() == '/') rest.remove_suffix(1);
  return parse_host_port(rest);
}

Result<void> check_scheme(std::string_view scheme) {
  if (scheme == "http" || scheme == "https") {
    const std::string_view s = scheme == "https" ? "s" : "";
    return fail(ErrorCode::kInvalidArgument,
                fmt::format("say what is sent over HTTP: tshttp{}:// for MPEG-TS or hls{}:// for "
                            "HLS",
                            s, s));
  }
  const config::UrlScheme* known = config::find_url_scheme(scheme);
  if (known == nullptr) {
    return fail(ErrorCode::kInvalidArgument,
                fmt::format("unknown protocol '{}'{}", printable(scheme),
                            config::did_you_mean(scheme, config::url_scheme_names())));
  }
  if (known->support == config::Support::kNotYet) {
    return fail(ErrorCode::kInvalidArgument, fmt::format("{}:// is not supported yet", scheme));
  }
  return {};
}

// What flu-demux reads. It checks the rest of the URL itself.
bool is_demuxed(std::string_view scheme) {
  constexpr std::string_view kSchemes[] = {"rtsp", "rtsps", "rtmp",   "rtmps", "hls",
                                           "hlss", "shout", "shouts", "srt"};
  return std::find(std::begin(kSchemes), std::end(kSchemes), scheme) != std::end(kSchemes);
}

// PATH, or PREFIX/PATH of a location.
Result<void> parse_file(SourceUrl& source, std::string_view rest,
                        const std::vector<Location>& locations) {
  source.scheme = Scheme::kFile;
  source.path = rest;
  const auto slash = rest.find('/');
  const auto location = std::find_if(locations.begin(), locations.end(), [&](const Location& each) {
    return each.prefix == rest.substr(0, slash);
  });
  if (slash == 0 || location == locations.end()) return {};
  const std::string_view path = slash == std::string_view::npos ? "" : rest.substr(slash + 1);
  const std::vector<std::string_view> parts = split(path, '/');
  if (path.empty() || std::find(parts.begin(), parts.end(), "..") != parts.end()) {
    return fail(ErrorCode::kInvalidArgument,
                fmt::format("expected file://{}/PATH without '..'", location->prefix));
  }
  source.path = path;
  source.directories = location->directories;
  return {};
}

Result<void> parse_demuxed(SourceUrl& source, std::string_view scheme, std::string_view rest) {
  source.scheme = Scheme::kDemux;
  source.is_bursty = scheme == "hls" || scheme == "hlss";
  source.demux_words = {source.word};
  if (scheme == "rtmp" || scheme == "rtmps") FLU_TRY(config::parse_rtmp_path(rest));
  return {};
}

Result<SourceUrl> parse_url(const std::string& word, const std::vector<Location>& locations) {
  SourceUrl out;
  out.word = word;
  out.text = printable(config::hide_secrets(word));
  if (word == "-") {
    out.scheme = Scheme::kStdin;
    out.text = "standard input";
    return out;
  }
  const auto separator = word.find(kSeparator);
  if (separator == std::string::npos) {
    return refuse(out.text, fmt::format("expected a URL such as udp://239.0.0.1:1234, "
                                        "file://{}, or - for standard input",
                                        out.text));
  }
  const std::string_view scheme = std::string_view(word).substr(0, separator);
  const std::string_view rest = std::string_view(word).substr(separator + kSeparator.size());
  if (const auto known = check_scheme(scheme); !known) {
    return refuse(out.text, known.error().message);
  }
  if (rest.empty()) return refuse(out.text, "nothing after '://'");
  if (scheme != "file") {
    const auto user_info = config::check_user_info(rest);
    if (!user_info) return refuse(out.text, user_info.error().message);
  }
  if (scheme == "udp") {
    out.scheme = Scheme::kUdp;
    auto address = parse_udp(rest);
    if (!address) return refuse(out.text, address.error().message);
    out.udp = *address;
  } else if (scheme == "file") {
    const auto file = parse_file(out, rest, locations);
    if (!file) return refuse(out.text, file.error().message);
  } else if (scheme == "fake") {
    out.scheme = Scheme::kFake;
  } else if (scheme == "tstcp") {
    out.scheme = Scheme::kTcp;
    auto peer = parse_tcp(rest);
    if (!peer) return refuse(out.text, peer.error().message);
    out.peer = *peer;
  } else if (scheme == "tshttp" || scheme == "tshttps") {
    out.scheme = Scheme::kHttp;
    auto url = wire::parse_http_url(scheme == "tshttps", rest);
    if (!url) return refuse(out.text, url.error().message);
    out.http.url = *url;
  } else if (is_demuxed(scheme)) {
    const auto demuxed = parse_demuxed(out, scheme, rest);
    if (!demuxed) return refuse(out.text, demuxed.error().message);
  } else {
    return refuse(out.text, fmt::format("{}:// is not supported yet", scheme));
  }
  return out;
}

// user_agent=, header.NAME= and tls_ca=
Result<void> set_http_option(SourceUrl& source, std::string_view name, std::string_view value) {
  constexpr std::string_view kHeader = "header.";
  if (source.scheme != Scheme::kHttp) {
    log_alert("{}: option '{}' goes with sources over HTTP, it is left out", source.text, name);
    return {};
  }
  if (name == "tls_ca") {
    source.http.tls_ca = value;
    return {};
  }
  const std::string_view header = name == "user_agent" ? "User-Agent" : name.substr(kHeader.size());
  FLU_TRY(wire::check_request_header(header, value));
  if (name == "user_agent") {
    source.http.options.user_agent = value;
  } else {
    source.http.options.headers.push_back({std::string(header), std::string(value)});
  }
  return {};
}

bool is_http_option(std::string_view name) {
  return name == "user_agent" || name == "tls_ca" || name.substr(0, 7) == "header.";
}

// Which options of a URL flu-demux is told, of those that it knows for the protocol.
bool is_for_demux(const SourceUrl& source, std::string_view name) {
  if (source.scheme != Scheme::kDemux) return false;
  const std::string_view url = source.word;
  if (name == "allow_subtitles") return true;
  if (name == "program" || name == "pids") {
    return url.starts_with("srt://");
  }
  if (name == "skip_stalled_check") return source.is_bursty;
  if (name == "tls_ca") {
    return source.is_bursty || url.starts_with("shout") || url.starts_with("rtsps://") ||
           url.starts_with("rtmps://");
  }
  return (name == "user_agent" || name.starts_with("header.")) &&
         (source.is_bursty || url.starts_with("shout"));
}

Result<void> set_option(SourceUrl& source, std::string_view name, std::string_view value) {
  if (is_for_demux(source, name)) {
    if (name == "skip_stalled_check") FLU_TRY(truth(value));
    source.demux_words.push_back(fmt::format("{}={}", name, value));
  }
  if (name == "program") {
    FLU_TRY_ASSIGN(const auto program, number(value, 1, kMaxProgram));
    source.ts.program = static_cast<std::uint16_t>(program);
  } else if (name == "pids") {
    for (const std::string_view text : split(value, ',')) {
      FLU_TRY_ASSIGN(const auto pid, number(text, 0, kMaxPid));
      source.ts.pids.push_back(static_cast<std::uint16_t>(pid));
    }
  } else if (name == "allow_subtitles") {
    FLU_TRY_ASSIGN(source.ts.allow_subtitles, truth(value));
  } else if (name == "priority") {
    FLU_TRY_ASSIGN(const auto priority, number(value, 1, kMaxPriority));
    source.priority = static_cast<unsigned>(priority);
  } else if (name == "source_timeout") {
    FLU_TRY_ASSIGN(source.source_timeout, parse_duration(value));
    if (source.source_timeout.count() <= 0) {
      return fail(ErrorCode::kInvalidArgument, "expected more than 0 seconds");
    }
  } else if (is_http_option(name) && source.scheme != Scheme::kDemux) {
    FLU_TRY(set_http_option(source, name, value));
  } else if (config::find_url_option(name)->support == config::Support::kNotYet) {
    log_alert("{}: option '{}' is not supported yet, it is left out", source.text, name);
  } else if (!is_for_demux(source, name)) {
    log_alert("{}: option '{}' says nothing to this protocol, it is left out", source.text, name);
  }
  return {};
}

Result<void> parse_option(SourceUrl& source, std::string_view word) {
  const auto equals = word.find('=');
  const std::string_view name = word.substr(0, equals);
  if (name == "shared" && source.scheme == Scheme::kUdp) {
    const auto is_shared = truth(word.substr(equals + 1));
    if (!is_shared)
      return refuse(source.text, fmt::format("{}: {}", name, is_shared.error().message));
    source.is_shared = *is_shared;
    return {};
  }
  if (config::find_url_option(name) == nullptr) {
    return refuse(source.text, fmt::format("unknown option '{}'{}", printable(name),
                                           config::did_you_mean(name, config::url_option_names())));
  }
  if (const auto set = set_option(source, name, word.substr(equals + 1)); !set) {
    return refuse(source.text, fmt::format("{}: {}", name, set.error().message));
  }
  return {};
}

// name=value, where the value may hold a URL; a URL may hold '=', but behind "://".
bool is_option(std::string_view word) {
  const auto equals = word.find('=');
  return equals != std::string_view::npos && equals < word.find(kSeparator);
}

}  // namespace

Result<std::vector<Location>> parse_locations(const std::vector<std::string>& words) {
  std::vector<Location> out;
  for (const std::string& word : words) {
    const auto equals = word.find('=');
    const std::string prefix = word.substr(0, equals);
    if (equals == std::string::npos || equals + 1 == word.size() || prefix.empty() ||
        prefix.find('/') != std::string::npos) {
      return refuse("--location",
                    fmt::format("expected PREFIX=DIRECTORY, found '{}'", printable(word)));
    }
    auto known = std::find_if(out.begin(), out.end(),
                              [&](const Location& each) { return each.prefix == prefix; });
    if (known == out.end()) known = out.insert(out.end(), Location{prefix, {}});
    known->directories.push_back(word.substr(equals + 1));
  }
  return out;
}

Result<std::vector<SourceUrl>> parse_sources(const std::vector<std::string>& words,
                                             const std::vector<Location>& locations) {
  std::vector<SourceUrl> out;
  for (const std::string& word : words) {
    if (!is_option(word)) {
      FLU_TRY_ASSIGN(out.emplace_back(), parse_url(word, locations));
    } else if (out.empty()) {
      return refuse(printable(word), "an option stands behind the URL that it belongs to");
    } else {
      FLU_TRY(parse_option(out.back(), word));
    }
  }
  const auto is_stdin = [](const SourceUrl& url) { return url.scheme == Scheme::kStdin; };
  if (std::count_if(out.begin(), out.end(), is_stdin) > 1) {
    return refuse("-", "standard input can be read only once");
  }
  // Without a priority= the place in the list is the priority.
  for (std::size_t i = 0; i < out.size(); ++i) {
    if (out[i].priority == 0) out[i].priority = static_cast<unsigned>(i + 1);
  }
  std::stable_sort(out.begin(), out.end(),
                   [](const SourceUrl& a, const SourceUrl& b) { return a.priority < b.priority; });
  return out;
}

}  // namespace flu::ingest
