// Tested by tests/e2e/ctl/commands.sh
#include "tools/supervisor/state_view.h"

#include <unistd.h>

#include <algorithm>
#include <chrono>
#include <optional>
#include <random>
#include <string_view>
#include <utility>
#include <vector>

#include <fmt/format.h>

#include "libcommon/config/secret.h"
#include "libcommon/service/process.h"
#include "libcommon/wire/http/basic_auth.h"

namespace flu::supervisor {
namespace {

using nlohmann::json;

constexpr int kVersion = 1;  // of the files; readers accept what they do not know

std::int64_t whole_seconds(MonotonicTime::duration duration) {
  return std::chrono::duration_cast<std::chrono::seconds>(duration).count();
}

const UnitRunner* find_role(const std::vector<const UnitRunner*>& units, config::UnitRole role) {
  const auto found = std::find_if(units.begin(), units.end(), [&](const UnitRunner* unit) {
    return unit->plan().role == role;
  });
  return found == units.end() ? nullptr : *found;
}

bool is_bad(UnitState state) {
  return state == UnitState::kBackoff || state == UnitState::kFailed;
}

// One word for a person: running, waiting, starting, retrying, failed, stopping, idle, disabled,
// unsupported.
std::string_view state_of(const config::StreamConfig& stream,
                          const std::vector<const UnitRunner*>& units) {
  if (stream.is_disabled) return "disabled";
  if (units.empty()) return "unsupported";
  const UnitRunner* hub = find_role(units, config::UnitRole::kHub);
  const UnitRunner* ingest = find_role(units, config::UnitRole::kIngest);
  const auto any = [&](auto predicate) {
    return std::any_of(units.begin(), units.end(),
                       [&](const UnitRunner* unit) { return predicate(unit->machine().state()); });
  };
  if (any([](UnitState state) { return state == UnitState::kFailed; })) return "failed";
  if (any(is_bad)) return "retrying";
  if (any([](UnitState state) {
        return state == UnitState::kStopping || state == UnitState::kKilling;
      })) {
    return "stopping";
  }
  if (any([](UnitState state) {
        return state == UnitState::kStarting || state == UnitState::kAdopting;
      })) {
    return "starting";
  }
  if (any([](UnitState state) { return state == UnitState::kIdle; })) {
    return stream.kind == config::StreamKind::kOnDemand ? "idle" : "starting";
  }
  const json& counters = hub->counters();
  const auto bitrate = counters.find("bitrate");
  const bool has_frames =
      bitrate != counters.end() && bitrate->is_number() && bitrate->get<double>() > 0;
  if (has_frames || (ingest == nullptr && hub->is_ready() && bitrate == counters.end())) {
    return "running";
  }
  return "waiting";
}

std::string random_salt() {
  std::random_device source;
  return fmt::format("{:08x}{:08x}{:08x}{:08x}", source(), source(), source(), source());
}

json number_of(const json& counters, const char* name) {
  const auto found = counters.find(name);
  return found != counters.end() && found->is_number() ? *found : json();
}

// A number of seconds as a person would write it.
json seconds_of(std::chrono::milliseconds time) {
  if (time.count() % 1000 == 0) return time.count() / 1000;
  return static_cast<double>(time.count()) / 1000;
}

// The options as pairs, in the order of the file.
json describe_source(const config::SourceUrl& source) {
  json options = json::array();
  for (const config::UrlOptionValue& option : source.options) {
    const std::string text = config::hide_secrets(option.name + "=" + option.value);
    const auto equals = text.find('=');
    options.push_back({text.substr(0, equals), text.substr(equals + 1)});
  }
  return {{"url", config::hide_secrets(source.url)}, {"options", std::move(options)}};
}

// What there is to tell of a stream that has processes.
void describe_flow(const UnitRunner* hub, const UnitRunner* ingest, json& out, MonotonicTime now) {
  if (hub != nullptr) {
    const bool has_process = hub->machine().has_process();
    out["bitrate"] = number_of(hub->counters(), "bitrate");
    out["media_info"] = hub->counters().value("media_info", json());
    out["last_utc_ms"] = number_of(hub->counters(), "last_utc_ms");
    out["uptime"] = has_process ? json(whole_seconds(now - hub->started())) : json();
    out["started_utc_ms"] = has_process ? json(hub->started_utc_ms()) : json();
  }
  if (ingest != nullptr) {
    out["retries"] = number_of(ingest->counters(), "retries");
    out["url"] = ingest->counters().value("url", json());
    out["error_rate"] = ingest->error_rate();
  }
}

// What flu-serve needs to know a login that may read, without knowing the password.
json describe_auth(const config::ServerConfig& server) {
  const std::string salt = random_salt();
  const auto digest = [&](const std::optional<config::Login>& login) {
    return login ? json(wire::login_digest(salt, {login->user, login->password})) : json();
  };
  return {{"salt", salt}, {"view", digest(server.view_auth)}, {"edit", digest(server.edit_auth)}};
}

}  // namespace

json describe_unit(const UnitRunner& unit, MonotonicTime now) {
  json out{{"name", unit.plan().name},
           {"state", to_string(unit.machine().state())},
           {"restarts", unit.restarts()},
           {"counters", unit.counters()}};
  out["pid"] = unit.pid() == 0 ? json() : json(unit.pid());
  if (unit.machine().has_process()) out["uptime"] = whole_seconds(now - unit.started());
  if (!unit.last_error().empty()) out["last_error"] = unit.last_error();
  return out;
}

json describe_stream(const Fleet& fleet, const config::StreamConfig& stream, MonotonicTime now) {
  const auto units = fleet.units_of(stream.name);
  json out{{"name", stream.name},
           {"static", stream.kind == config::StreamKind::kStatic},
           {"state", state_of(stream, units)},
           {"title", stream.title},
           {"comment", stream.comment},
           {"wants", fleet.wants().holders(stream.name)}};
  if (!stream.dvr.root.empty()) {
    out["dvr"] = {{"root", stream.dvr.root}, {"record", fleet.is_recorded(stream)}};
  }
  out["retry_limit"] = stream.retry_limit;
  out["source_timeout"] = seconds_of(stream.source_timeout);
  out["clients_timeout"] = seconds_of(stream.clients_timeout);
  out["urls"] = json::array();
  out["sources"] = json::array();
  for (const auto& source : stream.sources) {
    out["urls"].push_back(config::hide_secrets(source.url));
    out["sources"].push_back(describe_source(source));
  }
  out["units"] = json::array();
  unsigned restarts = 0;
  std::string last_error;
  for (const UnitRunner* unit : units) {
    out["units"].push_back(describe_unit(*unit, now));
    restarts += unit->restarts();
    if (!unit->last_error().empty()) last_error = unit->last_error();
  }
  out["restarts"] = restarts;
  out["last_error"] = last_error.empty() ? json() : json(last_error);
  describe_flow(find_role(units, config::UnitRole::kHub),
                find_role(units, config::UnitRole::kIngest), out, now);
  return out;
}

json describe_streams(const Fleet& fleet, MonotonicTime now) {
  json streams = json::array();
  for (const auto& stream : fleet.server().streams) {
    streams.push_back(describe_stream(fleet, stream, now));
  }
  return {{"version", kVersion}, {"streams", std::move(streams)}};
}

json describe_conf(const config::ServerConfig& server, const std::string& wwwroot) {
  json streams = json::array();
  for (const auto& stream : server.streams) {
    if (stream.is_disabled) continue;
    const config::ServingConfig& serving = stream.serving;
    streams.push_back({{"name", stream.name},
                       {"on_demand", stream.kind == config::StreamKind::kOnDemand},
                       {"title", stream.title},
                       {"url_prefix", serving.url_prefix.value_or(server.url_prefix)},
                       {"add_audio_only", serving.has_audio_only},
                       {"provider", serving.provider},
                       {"mpegts_pids", serving.mpegts_pids},
                       {"hls_off", serving.is_hls_off},
                       {"dash_off", serving.is_dash_off},
                       {"mpegts_off", serving.is_mpegts_off},
                       {"mseld_off", serving.is_mseld_off},
                       {"thumbnails", serving.thumbnails.is_enabled}});
    if (!stream.dvr.root.empty()) streams.back()["dvr_root"] = stream.dvr.root;
    if (serving.prepush) streams.back()["prepush"] = serving.prepush->count();
    if (serving.logo.path.empty()) continue;
    json logo{{"root", wwwroot}, {"path", serving.logo.path}};
    for (const auto& [name, pixels] : serving.logo.pixels) logo[name] = pixels;
    streams.back()["logo"] = std::move(logo);
  }
  return {{"version", kVersion}, {"streams", std::move(streams)}, {"auth", describe_auth(server)}};
}

json describe_auth_conf(const config::ServerConfig& server) {
  json streams = json::object();
  for (const auto& stream : server.streams) {
    if (stream.max_sessions) streams[stream.name] = {{"max_sessions", *stream.max_sessions}};
  }
  json out{{"version", kVersion}, {"streams", std::move(streams)}};
  if (server.max_sessions) out["max_sessions"] = *server.max_sessions;
  return out;
}

json describe_thumb_conf(const config::ServerConfig& server) {
  json streams = json::array();
  for (const auto& stream : server.streams) {
    const config::ThumbnailConfig& thumbnails = stream.serving.thumbnails;
    if (stream.is_disabled || !thumbnails.is_enabled) continue;
    streams.push_back(
        {{"name", stream.name}, {"url", thumbnails.url}, {"on_demand", thumbnails.is_on_demand}});
  }
  return {{"version", kVersion}, {"streams", std::move(streams)}};
}

json describe_dvr_conf(const Fleet& fleet, const std::string& root) {
  json streams = json::array();
  for (const auto& stream : fleet.server().streams) {
    const config::DvrConfig& dvr = stream.dvr;
    if (stream.is_disabled || dvr.root != root) continue;
    json entry{{"name", stream.name},
               {"record", fleet.is_recorded(stream)},
               {"max_usage", dvr.max_usage},
               {"index", dvr.has_index}};
    if (dvr.depth) {
      entry["depth_s"] = std::chrono::duration_cast<std::chrono::seconds>(*dvr.depth).count();
    }
    if (dvr.max_bytes) entry["max_bytes"] = *dvr.max_bytes;
    for (const config::DailyInterval& interval : dvr.schedule) {
      entry["schedule"].push_back({interval.from, interval.to});
    }
    streams.push_back(std::move(entry));
  }
  return {{"version", kVersion}, {"root", root}, {"streams", std::move(streams)}};
}

json describe_server(const Fleet& fleet, const ServerFacts& facts, MonotonicTime now) {
  std::size_t running = 0;
  for (const auto& stream : fleet.server().streams) {
    if (state_of(stream, fleet.units_of(stream.name)) == "running") ++running;
  }
  json out{{"version", kVersion},
           {"program_version", FLU_VERSION},
           {"hostname", service::host_name()},
           {"pid", ::getpid()},
           {"config", facts.config_path},
           {"started_utc_ms", facts.started_utc_ms},
           {"uptime", whole_seconds(now - facts.started)},
           {"streams", fleet.server().streams.size()},
           {"streams_running", running}};
  out["config_error"] = facts.config_error.empty() ? json() : json(facts.config_error);
  out["units"] = json::array();
  out["listen"] = json::array();
  for (const UnitRunner* unit : fleet.server_units()) {
    out["units"].push_back(describe_unit(*unit, now));
    for (const json& listener : unit->listening()) out["listen"].push_back(listener);
  }
  return out;
}

}  // namespace flu::supervisor
