#include "libcommon/service/stream_options.h"

#include <nlohmann/json.hpp>

namespace flu::service {
namespace {

bool flag(const nlohmann::json& entry, const char* name) {
  const auto found = entry.find(name);
  return found != entry.end() && found->is_boolean() && found->get<bool>();
}

std::string text(const nlohmann::json& entry, const char* name) {
  const auto found = entry.find(name);
  return found != entry.end() && found->is_string() ? found->get<std::string>() : std::string();
}

LogoOptions parse_logo(const nlohmann::json& entry) {
  LogoOptions logo;
  const auto found = entry.find("logo");
  if (found == entry.end() || !found->is_object()) return logo;
  logo.root = text(*found, "root");
  logo.path = text(*found, "path");
  for (const char* name : {"height", "width", "left", "right", "top", "bottom"}) {
    const auto value = found->find(name);
    if (value != found->end() && value->is_number_unsigned()) logo.pixels[name] = *value;
  }
  return logo;
}

std::optional<std::chrono::milliseconds> milliseconds(const nlohmann::json& entry,
                                                      const char* name) {
  constexpr std::uint64_t kLongest = 3'600'000;
  const auto found = entry.find(name);
  if (found == entry.end() || !found->is_number_unsigned()) return std::nullopt;
  const auto value = found->get<std::uint64_t>();
  if (value > kLongest) return std::nullopt;
  return std::chrono::milliseconds(value);
}

std::map<std::string, std::uint16_t> pids(const nlohmann::json& entry) {
  constexpr std::uint64_t kStuffing = 0x1FFF;
  std::map<std::string, std::uint16_t> out;
  const auto found = entry.find("mpegts_pids");
  if (found == entry.end() || !found->is_object()) return out;
  for (const auto& [name, pid] : found->items()) {
    if (!pid.is_number_unsigned() || pid.get<std::uint64_t>() >= kStuffing) continue;
    out.emplace(name, pid.get<std::uint16_t>());
  }
  return out;
}

}  // namespace

StreamOptions parse_stream_options(const nlohmann::json& entry) {
  StreamOptions options;
  options.is_on_demand = flag(entry, "on_demand");
  options.title = text(entry, "title");
  options.url_prefix = text(entry, "url_prefix");
  while (options.url_prefix.ends_with('/')) options.url_prefix.pop_back();
  options.has_audio_only = flag(entry, "add_audio_only");
  options.prepush = milliseconds(entry, "prepush");
  options.provider = text(entry, "provider");
  options.mpegts_pids = pids(entry);
  options.is_hls_off = flag(entry, "hls_off");
  options.is_dash_off = flag(entry, "dash_off");
  options.is_mpegts_off = flag(entry, "mpegts_off");
  options.is_mseld_off = flag(entry, "mseld_off");
  options.dvr_root = text(entry, "dvr_root");
  options.has_thumbnails = flag(entry, "thumbnails");
  options.logo = parse_logo(entry);
  return options;
}

}  // namespace flu::service
