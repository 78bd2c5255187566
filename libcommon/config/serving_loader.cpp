#include "libcommon/config/serving_loader.h"

#include <algorithm>
#include <string_view>

#include <fmt/format.h>

#include "libcommon/base/text.h"
#include "libcommon/config/logo_loader.h"
#include "libcommon/config/mpegts_pids.h"
#include "libcommon/config/thumbnail_loader.h"

namespace flu::config {
namespace {

// Playlists quote addresses, and what follows the prefix is a path.
bool can_stand_in_address(char letter) {
  constexpr std::string_view kNever = "\"\\<>^`{|}?#";
  return letter > ' ' && letter < '\x7f' && kNever.find(letter) == std::string_view::npos;
}

bool is_prefix(std::string_view text) {
  const bool is_url = (text.starts_with("http://") && text.size() > 7) ||
                      (text.starts_with("https://") && text.size() > 8);
  return (is_url || text.starts_with('/')) &&
         std::all_of(text.begin(), text.end(), can_stand_in_address);
}

// "hls off;", and "hls on;" for what is so anyway.
void load_switch(const Statement& statement, const std::string& subject, bool& is_off,
                 Diagnostics& diagnostics) {
  const std::string& value = statement.words[1].value;
  if (value == "off" || value == "on") {
    is_off = value == "off";
    return;
  }
  diagnostics.error(statement.line(), fmt::format("{} in {}: expected 'off' or 'on', found '{}'",
                                                  statement.keyword(), subject, printable(value)));
}

// prepush 10; no_prepush is prepush 0.
void load_prepush(const Statement& statement, const std::string& subject, ServingConfig& serving,
                  Diagnostics& diagnostics) {
  constexpr std::chrono::milliseconds kLongest = std::chrono::minutes(1);
  const std::string& value = statement.words[1].value;
  const auto time = parse_duration(value);
  if (time && *time <= kLongest && *time >= std::chrono::milliseconds(0)) {
    serving.prepush = *time;
    return;
  }
  diagnostics.error(statement.line(),
                    fmt::format("prepush in {}: expected a duration from 0 to 60 seconds, found "
                                "'{}'",
                                subject, printable(value)));
}

}  // namespace

std::optional<std::string> load_url_prefix(const Statement& statement, const std::string& subject,
                                           Diagnostics& diagnostics) {
  std::string prefix = statement.words[1].value;
  if (!is_prefix(prefix)) {
    diagnostics.error(statement.line(),
                      fmt::format("url_prefix{}: expected http://HOST, https://HOST or a path that "
                                  "begins with '/', without '?', quotes and spaces, found '{}'",
                                  subject.empty() ? "" : " in " + subject, printable(prefix)));
    return std::nullopt;
  }
  while (prefix.ends_with('/')) prefix.pop_back();
  return prefix;
}

void load_serving_option(const Statement& statement, const std::string& subject,
                         ServingConfig& serving, Diagnostics& diagnostics) {
  const std::string_view keyword = statement.keyword();
  if (keyword == "url_prefix") {
    serving.url_prefix = load_url_prefix(statement, subject, diagnostics);
  }
  if (keyword == "add_audio_only") serving.has_audio_only = true;
  if (keyword == "prepush") load_prepush(statement, subject, serving, diagnostics);
  if (keyword == "no_prepush") serving.prepush = std::chrono::milliseconds(0);
  if (keyword == "provider") serving.provider = statement.words[1].value;
  if (keyword == "mpegts_pids") {
    serving.mpegts_pids = load_mpegts_pids(statement, subject, diagnostics);
  }
  if (keyword == "thumbnails") {
    serving.thumbnails = load_thumbnails(statement, subject, diagnostics);
  }
  if (keyword == "logo") serving.logo = load_logo(statement, subject, diagnostics);
  if (keyword == "hls") load_switch(statement, subject, serving.is_hls_off, diagnostics);
  if (keyword == "dash") load_switch(statement, subject, serving.is_dash_off, diagnostics);
  if (keyword == "mpegts") load_switch(statement, subject, serving.is_mpegts_off, diagnostics);
  if (keyword == "mseld") load_switch(statement, subject, serving.is_mseld_off, diagnostics);
}

}  // namespace flu::config
