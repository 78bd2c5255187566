#include "tools/serve/api/metrics.h"

#include <chrono>
#include <cmath>
#include <string_view>
#include <utility>
#include <vector>

#include <fmt/format.h>

namespace flu::serve {
namespace {

using nlohmann::json;

// Label values: a backslash, a quote and a line feed are escaped; the rest is UTF-8 as it is.
std::string escaped(std::string_view text) {
  std::string out;
  for (const char c : text) {
    if (c == '\n') {
      out += "\\n";
      continue;
    }
    if (c == '\\' || c == '"') out += '\\';
    out += c;
  }
  return out;
}

// Nothing is copied: the state of thousands of streams has megabytes.
const json& at(const json& object, std::initializer_list<std::string_view> path) {
  static const json nothing;
  const json* place = &object;
  for (const std::string_view name : path) {
    if (!place->is_object()) return nothing;
    const auto found = place->find(name);
    if (found == place->end()) return nothing;
    place = &*found;
  }
  return *place;
}

std::string_view text_of(const json& object, std::string_view name) {
  const json& found = at(object, {name});
  return found.is_string() ? std::string_view(found.get_ref<const std::string&>()) : "";
}

const json& list_of(const json& object, std::string_view name) {
  static const json none = json::array();
  const json& found = at(object, {name});
  return found.is_array() ? found : none;
}

const json& unit_of(const json& holder, std::string_view prefix) {
  static const json none = json::object();
  for (const json& unit : list_of(holder, "units")) {
    if (text_of(unit, "name").starts_with(prefix)) return unit;
  }
  return none;
}

// All samples of a name stand together, behind its HELP and TYPE.
class Metric {
 public:
  Metric(std::string& out, std::string_view name, std::string_view type, std::string_view help)
      : out_(out), name_(name), type_(type), help_(help) {}

  // `labels` as they stand in the text; "": none. What is no number is left out.
  void add(const std::string& labels, const json& value) {
    if (value.is_boolean()) return add(labels, json(value == true ? 1 : 0));
    if (!value.is_number()) return;
    if (!std::exchange(has_head_, true)) {
      out_ += fmt::format("# HELP {0} {1}\n# TYPE {0} {2}\n", name_, help_, type_);
    }
    out_ += name_;
    if (!labels.empty()) out_ += "{" + labels + "}";
    out_ += " " + value.dump() + "\n";
  }

 private:
  std::string& out_;
  std::string_view name_;
  std::string_view type_;
  std::string_view help_;
  bool has_head_ = false;
};

constexpr std::string_view kCounter = "counter";
constexpr std::string_view kGauge = "gauge";

struct StreamMetric {
  std::string_view name;
  std::string_view type;
  std::string_view help;
  std::string_view holder;  // "stream", "clients", or the unit that counts: "segment@", "ingest@"
  std::string_view field;
};

constexpr StreamMetric kStreamMetrics[] = {
    {"flu_stream_input_bytes_total", kCounter, "Bytes of frames that the stream took.", "segment@",
     "bytes"},
    {"flu_stream_input_frames_total", kCounter, "Frames that the stream took.", "segment@",
     "frames"},
    {"flu_stream_input_bits_per_second", kGauge, "Bit rate of the last second.", "stream",
     "bitrate"},
    {"flu_stream_input_errors_total", kCounter, "Lost packets, broken tables and the like.",
     "ingest@", "errors"},
    {"flu_stream_dropped_frames_total", kCounter, "Frames that could not be used.", "segment@",
     "dropped_frames"},
    {"flu_stream_lost_packets_total", kCounter, "Packets of the source that did not arrive.",
     "segment@", "lost_packets"},
    {"flu_stream_discontinuities_total", kCounter, "Breaks of the stream's timeline.", "segment@",
     "discontinuities"},
    {"flu_stream_segments_total", kCounter, "Segments that were finished.", "segment@", "segments"},
    {"flu_stream_lost_segments_total", kCounter, "Segments that could not be written.", "segment@",
     "lost_segments"},
    {"flu_stream_retries_total", kCounter, "How often the source was started again.", "stream",
     "retries"},
    {"flu_stream_restarts_total", kCounter, "How often a process of the stream was restarted.",
     "stream", "restarts"},
    {"flu_stream_uptime_seconds", kGauge, "Since the stream's process was started.", "stream",
     "uptime"},
    {"flu_stream_clients", kGauge, "Sessions that are open.", "clients", "clients"},
    {"flu_stream_output_bytes_total", kCounter, "Bytes that were sent to viewers.", "clients",
     "bytes"},
};

const json& value_of(const StreamMetric& metric, const json& stream, const json& clients) {
  if (metric.holder == "stream") return at(stream, {metric.field});
  if (metric.holder == "clients") {
    return at(clients, {"streams", text_of(stream, "name"), metric.field});
  }
  return at(unit_of(stream, metric.holder), {"counters", metric.field});
}

std::string label(std::string_view name, std::string_view value) {
  return fmt::format("{}=\"{}\"", name, escaped(value));
}

void add_streams(std::string& out, const json& streams, const json& clients,
                 const ApiMoment& moment) {
  const json& list = list_of(streams, "streams");
  std::vector<std::string> labels;
  labels.reserve(list.size());
  for (const json& stream : list) labels.push_back(label("stream", text_of(stream, "name")));

  Metric up(out, "flu_stream_up", kGauge, "1 while frames come.");
  for (std::size_t i = 0; i < list.size(); ++i) {
    up.add(labels[i], text_of(list[i], "state") == "running");
  }
  Metric age(out, "flu_stream_frame_age_seconds", kGauge, "Since the newest frame.");
  for (std::size_t i = 0; i < list.size(); ++i) {
    const auto since = moment.frame_age(text_of(list[i], "name"));
    if (since) age.add(labels[i], static_cast<double>(since->count()) / 1000);
  }
  for (const StreamMetric& metric : kStreamMetrics) {
    Metric lines(out, metric.name, metric.type, metric.help);
    for (std::size_t i = 0; i < list.size(); ++i) {
      lines.add(labels[i], value_of(metric, list[i], clients));
    }
  }
}

void add_serving(std::string& out, const json& serve) {
  const json& counters = at(serve, {"counters"});
  if (!counters.is_object()) return;
  const json& workers = list_of(counters, "workers");
  Metric(out, "flu_http_workers", kGauge, "Workers of flu-serve.").add("", workers.size());
  Metric(out, "flu_http_connections", kGauge, "Open connections.")
      .add("", at(counters, {"connections"}));
  Metric(out, "flu_http_accepted_total", kCounter, "Connections that were accepted.")
      .add("", at(counters, {"accepted"}));
  Metric(out, "flu_http_refused_total", kCounter, "Connections beyond the limit.")
      .add("", at(counters, {"refused"}));
  Metric requests(out, "flu_http_requests_total", kCounter,
                  "Answers, by the class of their status.");
  for (const char* status : {"2xx", "3xx", "4xx", "5xx"}) {
    requests.add(label("code", status), at(counters, {std::string("answers_") + status}));
  }
  Metric(out, "flu_http_sent_bytes_total", kCounter, "Bytes that were sent, heads included.")
      .add("", at(counters, {"bytes"}));
  std::uint64_t cached = 0;
  for (const json& worker : workers) {
    const json& bytes = at(worker, {"segment_cache"});
    if (bytes.is_number_unsigned()) cached += bytes.get<std::uint64_t>();
  }
  Metric(out, "flu_segment_cache_bytes", kGauge, "Segments kept as they are sent, in all workers.")
      .add("", cached);
}

void add_tls(std::string& out, const json& counters) {
  if (!at(counters, {"certificates"}).is_array()) return;
  Metric(out, "flu_tls_handshakes_total", kCounter, "TLS handshakes that came to their end.")
      .add("", at(counters, {"tls_handshakes"}));
  Metric(out, "flu_tls_failed_handshakes_total", kCounter, "TLS handshakes that did not.")
      .add("", at(counters, {"tls_failed"}));
  Metric until(out, "flu_tls_certificate_valid_until_seconds", kGauge,
               "When a certificate ends, in seconds since 1970.");
  for (const json& one : list_of(counters, "certificates")) {
    until.add(label("certificate", text_of(one, "file")), at(one, {"valid_until"}));
  }
}

void add_sessions(std::string& out, const json& auth) {
  const json& counters = at(auth, {"counters"});
  Metric(out, "flu_sessions", kGauge, "Sessions of viewers that are open.")
      .add("", at(counters, {"sessions"}));
  Metric(out, "flu_sessions_refused_total", kCounter, "Viewers beyond max_sessions.")
      .add("", at(counters, {"sessions_refused"}));
  Metric(out, "flu_sessions_uncounted_total", kCounter, "Viewers beyond what is counted.")
      .add("", at(counters, {"sessions_uncounted"}));
}

}  // namespace

std::string metrics_text(const json& server, const json& streams, const json& clients,
                         const ApiMoment& moment) {
  std::string out;
  Metric(out, "flu_build_info", kGauge, "The version that runs; always 1.")
      .add(label("version", text_of(server, "program_version")), 1);
  Metric(out, "flu_uptime_seconds", kGauge, "Since the supervisor was started.")
      .add("", at(server, {"uptime"}));
  Metric(out, "flu_streams", kGauge, "Streams in the config.").add("", at(server, {"streams"}));
  Metric(out, "flu_streams_running", kGauge, "Streams that frames come to.")
      .add("", at(server, {"streams_running"}));
  Metric(out, "flu_config_ok", kGauge, "0 when the last reload was refused.")
      .add("", !at(server, {"config_error"}).is_string());
  add_serving(out, unit_of(server, "serve"));
  add_tls(out, at(unit_of(server, "serve"), {"counters"}));
  add_sessions(out, unit_of(server, "auth"));
  add_streams(out, streams, clients, moment);
  return out;
}

}  // namespace flu::serve
