#include "tools/serve/api/api_views.h"

#include <algorithm>
#include <cmath>
#include <cstdint>

namespace flu::serve {
namespace {

using nlohmann::json;
using std::chrono::milliseconds;

// HLS and the like come in bursts of some seconds: a stream is alive for so long after a frame.
constexpr milliseconds kAliveAge{5000};

json field(const json& object, const char* name, const json& otherwise = json()) {
  if (!object.is_object()) return otherwise;
  const auto found = object.find(name);
  return found == object.end() || found->is_null() ? otherwise : *found;
}

const json& list(const json& object, const char* name) {
  static const json none = json::array();
  const auto found = object.find(name);
  return found != object.end() && found->is_array() ? *found : none;
}

double number(const json& object, const char* name) {
  const json value = field(object, name);
  return value.is_number() ? value.get<double>() : 0;
}

std::string text(const json& object, const char* name) {
  const json value = field(object, name);
  return value.is_string() ? value.get<std::string>() : "";
}

std::uint64_t kilobits(const json& stream) {
  return static_cast<std::uint64_t>(std::llround(std::max(0.0, number(stream, "bitrate")) / 1000));
}

bool is_alive(const std::optional<milliseconds>& age) {
  return age && *age < kAliveAge;
}

// One that has no processes has what is left of its window, which is no life.
std::optional<milliseconds> age_of(const json& stream, const ApiMoment& moment) {
  if (field(stream, "started_utc_ms").is_null()) return std::nullopt;
  if (const auto age = moment.frame_age(text(stream, "name"))) return age;
  const json last = field(stream, "last_utc_ms");
  if (!last.is_number()) return std::nullopt;
  return milliseconds(std::max<std::int64_t>(0, moment.utc_ms - last.get<std::int64_t>()));
}

json urls_of(const json& stream) {
  json out = json::array();
  for (const json& source : list(stream, "sources")) {
    json options = json::array();
    for (const json& pair : list(source, "options")) options.push_back(pair);
    out.push_back({{"value", text(source, "url")}, {"options", std::move(options)}});
  }
  return out;
}

// What is played: said by the producer, else the first that is configured.
std::string url_of(const json& stream) {
  std::string current = text(stream, "url");
  if (!current.empty()) return current;
  const json& sources = list(stream, "sources");
  return sources.empty() ? "" : text(sources.front(), "url");
}

json stats_of(const json& stream, const json& audience, const ApiMoment& moment) {
  const auto age = age_of(stream, moment);
  const json started = field(stream, "started_utc_ms");
  json out{{"alive", is_alive(age)},
           {"bitrate", kilobits(stream)},
           {"bufferings", 0},
           {"client_count", field(audience, "clients", 0)},
           {"dash", false},
           {"hds", false},
           {"hls", true},
           {"input_error_rate", std::llround(number(stream, "error_rate"))},
           {"last_access_at", field(audience, "last_access_at", 0)},
           {"media_info", media_info_view(stream)},
           {"out_bandwidth", field(audience, "output_kbit", 0)},
           {"push_stats", json::object()},
           {"remote", false},
           {"retry_count", field(stream, "retries", 0)},
           {"running", !started.is_null()},
           {"url", url_of(stream)}};
  if (!started.is_null()) out["start_running_at"] = started;
  if (age) out["ts_delay"] = age->count();
  return out;
}

json options_of(const json& stream) {
  json out{{"static", field(stream, "static", false)},
           {"retry_limit", field(stream, "retry_limit", 10)},
           {"clients_timeout", field(stream, "clients_timeout", 60)},
           {"source_timeout", field(stream, "source_timeout", 60)},
           {"pushes", json::array()}};
  for (const char* name :
       {"publish_enabled", "add_audio_only", "dvr_protected", "dash_off", "hds_off", "hls_off",
        "m4s_off", "mpegts_off", "pulse_off", "rtmp_off", "rtsp_off", "webrtc_off"}) {
    out[name] = false;
  }
  return out;
}

}  // namespace

const json* find_stream(const json& streams, std::string_view name) {
  const auto list = streams.find("streams");
  if (list == streams.end() || !list->is_array()) return nullptr;
  for (const json& stream : *list) {
    const auto found = stream.find("name");
    if (found != stream.end() && found->is_string() &&
        found->get_ref<const std::string&>() == name) {
      return &stream;
    }
  }
  return nullptr;
}

json server_view(const json& server, const json& streams, const json& clients,
                 const ApiMoment& moment) {
  std::uint64_t input = 0;
  std::size_t total = 0;
  std::size_t online = 0;
  for (const json& stream : list(streams, "streams")) {
    ++total;
    input += kilobits(stream);
    if (is_alive(age_of(stream, moment))) ++online;
  }
  return {{"version", text(server, "program_version")},
          {"hostname", text(server, "hostname")},
          {"uptime", field(server, "uptime", 0)},
          {"total_clients", field(clients, "clients", 0)},
          {"total_streams", total},
          {"online_streams", online},
          {"input_kbit", input},
          {"output_kbit", field(clients, "output_kbit", 0)}};
}

json media_view(const json& streams, const json& clients, const ApiMoment& moment) {
  json out = json::array();
  const json audiences = field(clients, "streams", json::object());
  for (const json& stream : list(streams, "streams")) {
    const std::string name = text(stream, "name");
    const json audience = field(audiences, name.c_str(), json::object());
    out.push_back({{"entry", "stream"},
                   {"value",
                    {{"name", name},
                     {"urls", urls_of(stream)},
                     {"stats", stats_of(stream, audience, moment)},
                     {"options", options_of(stream)}}}});
  }
  return out;
}

// The API has its own names for two codings.
json media_info_view(const json& stream) {
  json info = field(stream, "media_info", json::object());
  if (!info.is_object()) info = json::object();
  if (!info.contains("streams") || !info["streams"].is_array()) info["streams"] = json::array();
  for (json& track : info["streams"]) {
    const std::string codec = text(track, "codec");
    if (codec == "mpeg2video") track["codec"] = "mp2v";
    if (codec == "mp2") track["codec"] = "mp2a";
  }
  return info;
}

}  // namespace flu::serve
