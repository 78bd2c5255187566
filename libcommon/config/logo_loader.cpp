// Tested by tests/unit/config/loader_test.cpp
#include "libcommon/config/logo_loader.h"

#include <algorithm>
#include <string_view>
#include <vector>

#include <fmt/format.h>

#include "libcommon/base/text.h"
#include "libcommon/config/suggestion.h"

namespace flu::config {
namespace {

constexpr std::uint64_t kMaxPixels = 10'000;

const std::vector<std::string_view> kNumbers{"height", "width", "left", "right", "top", "bottom"};

Result<void> check_path(std::string_view path) {
  if (!path.empty() && path.front() == '/') {
    return fail(ErrorCode::kInvalidArgument,
                "path: expected one relative to wwwroot, without '/' at "
                "its start");
  }
  for (const std::string_view part : split(path, '/')) {
    if (part == "..") return fail(ErrorCode::kInvalidArgument, "path: '..' leads out of wwwroot");
  }
  return {};
}

Result<void> take_word(const Word& word, LogoConfig& logo) {
  const std::string_view name = word.has_key() ? word.key() : std::string_view();
  if (name == "path") {
    logo.path = word.argument();
    return check_path(logo.path);
  }
  if (std::find(kNumbers.begin(), kNumbers.end(), name) == kNumbers.end()) {
    std::vector<std::string_view> known = kNumbers;
    known.emplace_back("path");
    return fail(ErrorCode::kInvalidArgument,
                fmt::format("unknown option '{}'{}", printable(name), did_you_mean(name, known)));
  }
  const auto value = parse_unsigned(word.argument());
  const bool is_size = name == "height" || name == "width";
  if (!value || *value > kMaxPixels || (is_size && *value == 0)) {
    return fail(ErrorCode::kInvalidArgument,
                fmt::format("{}: expected pixels, {} to {}, found '{}'", name, is_size ? 1 : 0,
                            kMaxPixels, printable(word.argument())));
  }
  logo.pixels[std::string(name)] = static_cast<unsigned>(*value);
  return {};
}

}  // namespace

LogoConfig load_logo(const Statement& statement, const std::string& subject,
                     Diagnostics& diagnostics) {
  LogoConfig logo;
  const auto report = [&](unsigned line, std::string_view what) {
    diagnostics.error(line, fmt::format("logo in {}: {}", subject, what));
  };
  for (auto word = statement.words.begin() + 1; word != statement.words.end(); ++word) {
    const auto taken = take_word(*word, logo);
    if (!taken) report(word->line, taken.error().message);
  }
  if (logo.path.empty()) report(statement.line(), "path= is missing: an image in wwwroot");
  if (logo.pixels.count("left") + logo.pixels.count("right") > 1) {
    report(statement.line(), "left and right do not go together");
  }
  if (logo.pixels.count("top") + logo.pixels.count("bottom") > 1) {
    report(statement.line(), "top and bottom do not go together");
  }
  return logo;
}

}  // namespace flu::config
