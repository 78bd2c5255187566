// Tested by tests/unit/config/loader_test.cpp
#include "libcommon/config/thumbnail_loader.h"

#include <algorithm>
#include <array>
#include <string_view>

#include <fmt/format.h>

#include "libcommon/base/text.h"
#include "libcommon/config/secret.h"
#include "libcommon/config/suggestion.h"
#include "libcommon/config/url_check.h"

namespace flu::config {
namespace {

constexpr std::array<std::string_view, 2> kOptions{"enabled", "url"};

Result<void> check_url(std::string_view url) {
  const auto scheme = url.find("://");
  const std::string_view name = url.substr(0, scheme);
  if (scheme == std::string_view::npos || (name != "http" && name != "https")) {
    return fail(ErrorCode::kInvalidArgument, "expected http://HOST/PATH or https://HOST/PATH");
  }
  const std::string_view rest = url.substr(scheme + 3);
  if (rest.empty() || rest.front() == '/' || rest.find(' ') != std::string_view::npos) {
    return fail(ErrorCode::kInvalidArgument, "expected a host behind '://', and no spaces");
  }
  return check_user_info(rest);
}

Result<void> take_enabled(std::string_view value, ThumbnailConfig& thumbnails) {
  const bool is_on = value == "true" || value == "on" || value == "1";
  const bool is_off = value == "false" || value == "off" || value == "0";
  if (!is_on && !is_off && value != "ondemand") {
    return fail(
        ErrorCode::kInvalidArgument,
        fmt::format("expected 'true', 'false' or 'ondemand', found '{}'", printable(value)));
  }
  thumbnails.is_enabled = !is_off;
  thumbnails.is_on_demand = value == "ondemand";
  return {};
}

Result<void> take_word(const Word& word, ThumbnailConfig& thumbnails) {
  const bool is_url = !word.has_key() || word.value.starts_with("http");
  if (is_url || word.key() == "url") {
    thumbnails.url = is_url ? word.value : std::string(word.argument());
    auto checked = check_url(thumbnails.url);
    if (checked) return {};
    return tl::unexpected<Error>(std::move(checked).error().with_context(
        fmt::format("'{}'", printable(hide_secrets(thumbnails.url)))));
  }
  if (word.key() == "enabled") return take_enabled(word.argument(), thumbnails);
  return fail(ErrorCode::kInvalidArgument,
              fmt::format("unknown option '{}'{}", printable(word.key()),
                          did_you_mean(word.key(), {kOptions.begin(), kOptions.end()})));
}

}  // namespace

ThumbnailConfig load_thumbnails(const Statement& statement, const std::string& subject,
                                Diagnostics& diagnostics) {
  ThumbnailConfig thumbnails;
  thumbnails.is_enabled = true;
  for (auto word = statement.words.begin() + 1; word != statement.words.end(); ++word) {
    const auto taken = take_word(*word, thumbnails);
    if (taken) continue;
    diagnostics.error(word->line,
                      fmt::format("thumbnails in {}: {}", subject, taken.error().message));
  }
  return thumbnails;
}

}  // namespace flu::config
