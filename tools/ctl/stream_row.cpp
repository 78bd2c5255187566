#include "tools/ctl/stream_row.h"

#include <fmt/format.h>

#include "libcommon/base/text.h"
#include "tools/ctl/client.h"

namespace flu::ctl {
namespace {

using nlohmann::json;

std::string uptime_of(const json& stream) {
  const double seconds = number_of(stream, "uptime", -1);
  return seconds < 0 ? "-" : service::duration_text(static_cast<std::int64_t>(seconds));
}

}  // namespace

std::vector<service::Table::Column> stream_columns() {
  return {{"NAME"},         {"KIND"},           {"STATE"},     {"BITRATE", true},
          {"UPTIME", true}, {"RESTARTS", true}, {"LAST ERROR"}};
}

std::vector<std::string> stream_row(const json& stream) {
  const std::string bitrate = bitrate_of(stream);
  return {printable(text_of(stream, "name")),
          stream.value("static", json()) == true ? "static" : "ondemand",
          text_of(stream, "state"),
          bitrate.empty() ? "-" : bitrate,
          uptime_of(stream),
          fmt::format("{:.0f}", number_of(stream, "restarts")),
          printable(text_of(stream, "last_error"))};
}

std::string bitrate_of(const json& stream) {
  const double bits = number_of(stream, "bitrate", -1);
  return bits < 0 ? "" : service::bitrate_text(bits);
}

std::string tracks_of(const json& stream) {
  const auto info = stream.find("media_info");
  if (info == stream.end()) return "";
  const json tracks = info->is_array() ? *info : list_of(*info, "streams");
  std::string out;
  for (const json& track : tracks) {
    std::string text = text_of(track, "codec");
    if (number_of(track, "width") > 0) {
      text += fmt::format(" {:.0f}x{:.0f}", number_of(track, "width"), number_of(track, "height"));
    }
    const std::string language = text_of(track, "lang");
    if (!language.empty()) text += " " + language;
    out += (out.empty() ? "" : ", ") + text;
  }
  return out;
}

}  // namespace flu::ctl
