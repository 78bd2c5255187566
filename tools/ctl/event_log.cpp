#include "tools/ctl/event_log.h"

#include <algorithm>
#include <array>
#include <ctime>
#include <map>
#include <optional>
#include <utility>

#include <fmt/chrono.h>
#include <fmt/format.h>

#include "libcommon/base/text.h"
#include "libcommon/config/suggestion.h"

namespace flu::ctl {
namespace {

using nlohmann::json;

std::string dump(const json& value) {
  return value.dump(-1, ' ', false, json::error_handler_t::replace);
}

std::optional<std::string> text_field(const json& event, std::string_view name) {
  const auto found = event.find(std::string(name));
  if (found == event.end() || found->is_null()) return std::nullopt;
  return found->is_string() ? found->get<std::string>() : dump(*found);
}

std::string time_text(const json& event) {
  const auto found = event.find("utc_ms");
  const bool is_told = found != event.end() && found->is_number_integer();
  const std::int64_t milliseconds = is_told ? found->get<std::int64_t>() : 0;
  const std::time_t seconds = milliseconds / 1000;
  return fmt::format("{:%Y-%m-%dT%H:%M:%S}.{:03}Z", fmt::gmtime(seconds),
                     std::abs(milliseconds % 1000));
}

}  // namespace

std::int64_t id_of(const json& event) {
  const auto found = event.find("event_id");
  return found != event.end() && found->is_number_integer() ? found->get<std::int64_t>() : 0;
}

std::vector<json> parse_events(std::string_view older, std::string_view newer) {
  std::map<std::int64_t, json> events;
  for (const std::string_view text : {older, newer}) {
    for (const std::string_view line : split(text, '\n')) {
      json event = json::parse(line.begin(), line.end(), nullptr, false);
      if (!event.is_object() || id_of(event) == 0) continue;
      const std::int64_t id = id_of(event);
      events.emplace(id, std::move(event));
    }
  }
  std::vector<json> out;
  out.reserve(events.size());
  for (auto& [id, event] : events) out.push_back(std::move(event));
  return out;
}

EventChoice::EventChoice(const Options& options)
    : level_(event::parse_level(options.level).value_or(event::Level::kDebug)) {
  if (!options.events.empty()) filter_.require("event", options.events);
  if (!options.media.empty()) filter_.require("media", options.media);
}

bool EventChoice::wants(const json& event) const {
  const auto level = event::parse_level(text_field(event, "level").value_or("info"));
  if (level.value_or(event::Level::kInfo) < level_) return false;
  return filter_.matches([&](std::string_view field) { return text_field(event, field); });
}

std::string unknown_event(std::string_view names) {
  for (const std::string_view name : split(names, ',')) {
    const bool is_pattern = name.empty() || name.find('*') != std::string_view::npos;
    if (is_pattern || event::find_type(name) != nullptr) continue;
    std::vector<std::string_view> known;
    for (const event::Type& type : event::all_types()) known.push_back(type.name);
    return fmt::format("no event '{}'{}", printable(name), config::did_you_mean(name, known));
  }
  return "";
}

std::string event_line(const json& event) {
  static constexpr std::array<std::string_view, 6> kPlaced{"utc_ms", "utc",    "event",
                                                           "level",  "server", "event_id"};
  std::string line = time_text(event) + " " + text_field(event, "event").value_or("");
  for (const auto& [name, value] : event.items()) {
    if (std::find(kPlaced.begin(), kPlaced.end(), name) != kPlaced.end()) continue;
    const std::string text = text_field(event, name).value_or("");
    if (!text.empty()) line += fmt::format(" {}={}", name, text);
  }
  return printable(line);
}

}  // namespace flu::ctl
