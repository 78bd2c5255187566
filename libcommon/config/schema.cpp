// Tested by tests/unit/config/loader_test.cpp
#include "libcommon/config/schema.h"

#include <algorithm>
#include <iterator>

#include <fmt/format.h>

namespace flu::config {
namespace {

constexpr std::size_t kAny = Directive::kAny;
constexpr auto kYes = Support::kImplemented;
constexpr auto kNotYet = Support::kNotYet;

constexpr unsigned kTop = static_cast<unsigned>(Context::kTop);
constexpr unsigned kStream = static_cast<unsigned>(Context::kStream);
constexpr unsigned kGroup = static_cast<unsigned>(Context::kGroup);
constexpr unsigned kSource = static_cast<unsigned>(Context::kSource);
constexpr unsigned kFile = static_cast<unsigned>(Context::kFile);
constexpr unsigned kNotify = static_cast<unsigned>(Context::kNotify);
constexpr unsigned kAuth = static_cast<unsigned>(Context::kAuthBackend);
constexpr unsigned kPeer = static_cast<unsigned>(Context::kPeer);
constexpr unsigned kPlugin = static_cast<unsigned>(Context::kPlugin);

// Stream options are legal in all blocks that make streams (CFG-58).
constexpr unsigned kStreams = kStream | kGroup | kSource;
constexpr unsigned kMedia = kStreams | kFile;

constexpr Directive kDirectives[] = {
    // listeners
    {"http", kTop, kYes, 1, 1},
    {"https", kTop, kYes, 1, 1},
    {"rtmps", kTop, kNotYet, 1, 1},
    {"rtsps", kTop, kNotYet, 1, 1},
    {"mysql", kTop, kNotYet, 1, 1},
    {"snmp", kTop, kNotYet, 1, 1},
    {"admin_http", kTop, kNotYet, 1, 1},
    {"admin_https", kTop, kNotYet, 1, 1},
    // the server
    {"loglevel", kTop, kNotYet, 1, 1},
    {"drain_timeout", kTop, kYes, 1, 1},
    {"logrequests", kTop, kNotYet, 1, 1},
    {"auth_token", kTop, kNotYet, 1, 1},
    {"no_auto_token", kTop, kNotYet, 0, 0},
    {"auto_token", kTop, kNotYet, 1, 1},
    {"cluster_key", kTop | kSource | kPeer, kNotYet, 1, 1},
    {"view_auth", kTop, kYes, 2, 2},
    {"edit_auth", kTop, kYes, 2, 2},
    {"api_allowed_from", kTop, kNotYet, 1, kAny},
    {"pulsedb", kTop, kNotYet, 1, 1},
    {"session_log", kTop, kNotYet, 1, 1},
    {"aliaser", kTop, kNotYet, 1, 1},
    {"web_script", kTop, kNotYet, 2, 2},
    // blocks
    {"stream", kTop, kYes, 1, 1, BlockRule::kRequired, Context::kStream},
    {"ondemand", kTop, kYes, 1, 1, BlockRule::kRequired, Context::kStream},
    {"rewrite", kTop, kNotYet, 1, 1, BlockRule::kRequired, Context::kGroup},
    {"live", kTop, kNotYet, 1, 1, BlockRule::kRequired, Context::kGroup},
    {"source", kTop, kNotYet, 1, kAny, BlockRule::kOptional, Context::kSource},
    {"file", kTop, kYes, 1, 1, BlockRule::kRequired, Context::kFile},
    {"notify", kTop, kNotYet, 1, 1, BlockRule::kRequired, Context::kNotify, true},
    {"auth_backend", kTop, kNotYet, 1, 1, BlockRule::kRequired, Context::kAuthBackend},
    {"peer", kTop, kNotYet, 1, 1, BlockRule::kOptional, Context::kPeer},
    {"plugin", kTop, kNotYet, 1, 1, BlockRule::kRequired, Context::kPlugin, true},
    // sources of a stream
    {"url", kStreams, kYes, 1, 1},
    {"urls", kStreams, kYes, 1, kAny},
    {"source_timeout", kStreams, kYes, 1, 1},
    {"frames_timeout", kStreams, kYes, 1, 1},
    {"retry_limit", kStreams, kYes, 1, 1},
    {"clients_timeout", kStreams, kYes, 1, 1},
    {"client_timeout", kStreams, kYes, 1, 1},
    {"backup", kStreams, kYes, 1, 1},
    {"tracks", kStreams, kNotYet, 1, kAny},
    {"publish_enabled", kStreams, kNotYet, 0, 0},
    {"on_publish", kStreams, kNotYet, 1, 1},
    {"password", kStreams, kNotYet, 1, 1},
    {"max_bitrate", kStreams, kNotYet, 1, 1},
    {"cluster_ingest", kStreams, kNotYet, 0, 0},
    {"only", kSource, kNotYet, 1, kAny},
    {"except", kSource, kNotYet, 1, kAny},
    // segments and playlists
    {"segments", kStreams, kYes, 1, 1},
    {"segment_duration", kStreams, kYes, 1, 1},
    {"segment_count", kStreams, kYes, 1, 1},
    {"url_prefix", kTop | kMedia, kYes, 1, 1},
    {"add_audio_only", kMedia, kYes, 0, 0},
    {"mpegts_pids", kStreams, kYes, 0, kAny},
    {"glue_ts", kStreams, kNotYet, 0, 1},
    {"prepush", kStreams, kYes, 1, 1},
    {"no_prepush", kStreams, kYes, 0, 0},
    // description
    {"title", kStreams, kYes, 1, 1},
    {"comment", kStreams, kYes, 1, 1},
    {"disabled", kMedia, kYes, 0, 1},
    {"provider", kStreams, kYes, 1, 1},
    {"position", kStreams, kNotYet, 1, 1},
    {"group", kStreams, kNotYet, 1, kAny},
    {"meta", kMedia, kNotYet, 2, 2},
    {"static", kStreams, kNotYet, 0, 1},
    // protocols that can be switched off; at the top level some are listeners
    {"hls", kMedia, kYes, 1, 1},
    {"hds", kMedia, kNotYet, 1, 1},
    {"dash", kMedia, kYes, 1, 1},
    {"rtmp", kTop | kMedia, kNotYet, 1, 1},
    {"rtsp", kTop | kMedia, kNotYet, 1, 1},
    {"mpegts", kMedia, kYes, 1, 1},
    {"webrtc", kMedia, kNotYet, 1, 1},
    {"mseld", kMedia, kYes, 1, 1},
    {"m4f", kMedia, kNotYet, 1, 1},
    {"m4s", kMedia, kNotYet, 1, 1},
    {"pulse", kMedia, kNotYet, 1, 1},
    {"rtp", kStreams, kNotYet, 1, 1},
    // archive and caches
    {"dvr", kStream, kYes, 1, kAny},
    {"dvr", kGroup | kSource, kNotYet, 0, kAny},
    {"dvr_offline", kStream, kYes, 1, kAny},
    {"dvr_offline", kGroup | kSource, kNotYet, 1, kAny},
    {"dvr_protected", kStreams, kNotYet, 0, 1},
    {"cache", kTop | kMedia, kNotYet, 1, kAny},
    {"segment_cache", kFile, kNotYet, 1, kAny},
    // pictures
    {"transcoder", kStreams, kNotYet, 0, kAny},
    {"thumbnails", kStreams, kYes, 0, 1},
    {"thumbnails", kFile, kNotYet, 0, 1},
    {"logo", kStreams, kYes, 0, 0},
    {"logo", kFile, kNotYet, 0, 0},
    {"motion_detector_enabled", kStreams, kNotYet, 0, 1},
    {"motion_detector_notify", kStreams, kNotYet, 0, kAny},
    {"motion_detector_tags", kStreams, kNotYet, 0, kAny},
    // output
    {"push", kStreams, kNotYet, 1, 1},
    {"udp", kStreams, kNotYet, 1, kAny},
    // access
    {"auth", kTop | kMedia, kNotYet, 1, 1},
    {"domain", kMedia, kNotYet, 1, kAny},
    {"domains", kMedia, kNotYet, 1, kAny},
    {"allowed_countries", kMedia, kNotYet, 1, kAny},
    {"disallowed_countries", kMedia, kNotYet, 1, kAny},
    {"max_sessions", kTop | kMedia, kYes, 1, 1},
    {"drm", kMedia, kNotYet, 1, 1},
    // files
    {"path", kFile, kYes, 1, 1},
    {"paths", kFile, kYes, 1, kAny},
    {"download", kFile, kNotYet, 0, 0},
    {"read_queue", kFile, kNotYet, 1, 1},
    {"max_readers", kFile, kNotYet, 1, 1},
    // notify
    {"sink", kNotify, kNotYet, 1, 1},
    {"verbose", kNotify, kNotYet, 1, 1},
    {"only", kNotify, kNotYet, 0, kAny},
    {"except", kNotify, kNotYet, 0, kAny},
    {"buffer", kNotify, kNotYet, 1, 1},
    {"sign_key", kNotify, kNotYet, 1, 1},
    {"from", kNotify, kNotYet, 1, 1},
    {"to", kNotify, kNotYet, 1, kAny},
    {"via", kNotify, kNotYet, 1, 1},
    // auth_backend
    {"allow", kAuth, kNotYet, 1, kAny},
    {"deny", kAuth, kNotYet, 1, kAny},
    {"backend", kAuth, kNotYet, 1, 1},
    // peer
    {"fetch_timeout", kPeer, kNotYet, 1, 1},
    {"stale_timeout", kPeer, kNotYet, 1, 1},
    // plugin
    {"database", kPlugin, kNotYet, 1, 1},
    {"loadbalance", kPlugin, kNotYet, 1, 1},
};

struct Place {
  unsigned context;
  std::string_view text;
};
constexpr Place kPlaces[] = {
    {kTop, "at the top level"},    {kStream, "in a stream"},       {kSource, "in a source"},
    {kFile, "in a file location"}, {kNotify, "in a notify block"}, {kAuth, "in an auth_backend"},
    {kPeer, "in a peer"},          {kPlugin, "in a plugin"},
};

constexpr UrlScheme kSchemes[] = {
    {"udp", kYes},         {"fake", kYes},     {"file", kYes},         {"m4f", kNotYet},
    {"m4fs", kNotYet},     {"tshttp", kYes},   {"tshttps", kYes},      {"tstcp", kYes},
    {"hls", kYes},         {"hlss", kYes},     {"hls2", kNotYet},      {"hlss2", kNotYet},
    {"rtsp", kYes},        {"rtsps", kYes},    {"rtsp1", kNotYet},     {"rtsp2", kNotYet},
    {"rtmp", kYes},        {"rtmps", kYes},    {"timeshift", kNotYet}, {"shout", kYes},
    {"shouts", kYes},      {"mixer", kNotYet}, {"mosaic", kNotYet},    {"playlist", kNotYet},
    {"decklink", kNotYet}, {"live", kNotYet},  {"srt", kYes},
};

constexpr UrlOption kUrlOptions[] = {
    {"program", kYes},         {"pids", kYes},
    {"priority", kYes},        {"source_timeout", kYes},
    {"allow_subtitles", kYes}, {"bypass_nit", kNotYet},
    {"dvbsubs_ocr", kNotYet},  {"enc", kNotYet},
    {"mbr", kNotYet},          {"skip_stalled_check", kYes},
    {"tracks", kNotYet},       {"user_agent", kYes},
    {"tls_ca", kYes},
};
constexpr UrlOption kHeaderOption{"header.", kYes};

template <typename Table>
std::vector<std::string_view> names_of(const Table& table) {
  std::vector<std::string_view> names;
  for (const auto& entry : table) names.push_back(entry.name);
  return names;
}

template <typename Table>
auto find_name(const Table& table, std::string_view name) -> decltype(std::data(table)) {
  const auto found = std::find_if(std::begin(table), std::end(table),
                                  [&](const auto& entry) { return entry.name == name; });
  return found == std::end(table) ? nullptr : &*found;
}

}  // namespace

const Directive* find_directive(std::string_view name, Context context) {
  const auto found =
      std::find_if(std::begin(kDirectives), std::end(kDirectives), [&](const Directive& entry) {
        return entry.name == name && (entry.contexts & static_cast<unsigned>(context)) != 0;
      });
  return found == std::end(kDirectives) ? nullptr : found;
}

std::vector<std::string_view> directive_names(Context context) {
  std::vector<std::string_view> names;
  for (const Directive& entry : kDirectives) {
    if ((entry.contexts & static_cast<unsigned>(context)) != 0) names.push_back(entry.name);
  }
  return names;
}

std::string places_of(std::string_view name) {
  unsigned contexts = 0;
  for (const Directive& entry : kDirectives) {
    if (entry.name == name) contexts |= entry.contexts;
  }
  std::string text;
  for (const auto& [context, place] : kPlaces) {
    if ((contexts & context) != 0) text += fmt::format("{}{}", text.empty() ? "" : " or ", place);
  }
  return text;
}

const UrlScheme* find_url_scheme(std::string_view name) {
  return find_name(kSchemes, name);
}
std::vector<std::string_view> url_scheme_names() {
  return names_of(kSchemes);
}

const UrlOption* find_url_option(std::string_view name) {
  if (name.size() > kHeaderOption.name.size() &&
      name.substr(0, kHeaderOption.name.size()) == kHeaderOption.name) {
    return &kHeaderOption;
  }
  return find_name(kUrlOptions, name);
}
std::vector<std::string_view> url_option_names() {
  return names_of(kUrlOptions);
}

}  // namespace flu::config
