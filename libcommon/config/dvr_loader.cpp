#include "libcommon/config/dvr_loader.h"

#include <algorithm>
#include <array>
#include <charconv>
#include <optional>
#include <string_view>
#include <utility>

#include <fmt/format.h>

#include "libcommon/base/text.h"
#include "libcommon/config/secret.h"
#include "libcommon/config/suggestion.h"

namespace flu::config {
namespace {

using std::chrono::milliseconds;

constexpr std::array<std::string_view, 2> kOptions{"schedule", "copy"};
constexpr std::array<std::string_view, 3> kClouds{"s3://", "swift://", "akamai://"};
constexpr milliseconds kLongestDepth = std::chrono::hours(24) * 366 * 100;
constexpr milliseconds kShortDepth = std::chrono::hours(2);
constexpr unsigned kMinutes = 24 * 60;

bool is_digit(char letter) {
  return letter >= '0' && letter <= '9';
}

// "8", "8:00", "24:00" as minutes of the day.
std::optional<unsigned> parse_minute(std::string_view text) {
  const auto colon = text.find(':');
  const auto hour = parse_unsigned(text.substr(0, colon));
  const auto minute = colon == std::string_view::npos ? Result<std::uint64_t>(0)
                                                      : parse_unsigned(text.substr(colon + 1));
  if (!hour || !minute || *hour > 24 || *minute > 59) return std::nullopt;
  const auto at = static_cast<unsigned>(*hour * 60 + *minute);
  if (at > kMinutes) return std::nullopt;
  return at;
}

Result<std::vector<DailyInterval>> parse_schedule(std::string_view text) {
  std::vector<DailyInterval> out;
  for (const std::string_view part : split(text, ',')) {
    const auto dash = part.find('-');
    const auto from = parse_minute(part.substr(0, dash));
    const auto to =
        dash == std::string_view::npos ? std::nullopt : parse_minute(part.substr(dash + 1));
    if (!from || !to || *from == *to || *from == kMinutes) {
      return fail(ErrorCode::kInvalidArgument,
                  fmt::format("schedule: expected hours of the UTC day such as 8:00-16:00,22-1:30, "
                              "found '{}'",
                              printable(part)));
    }
    out.push_back({*from, *to});
  }
  return out;
}

class DvrLoader {
 public:
  DvrLoader(const Statement& statement, const std::string& subject, Diagnostics& diagnostics)
      : statement_(statement),
        where_(fmt::format("{} in {}", statement.keyword(), subject)),
        diagnostics_(diagnostics) {}

  DvrConfig load() {
    dvr_.is_offline = statement_.keyword() == "dvr_offline";
    for (auto word = statement_.words.begin() + 1; word != statement_.words.end(); ++word) {
      const auto taken = word->has_key() ? take_option(*word) : take_argument(*word);
      if (!taken) error(*word, taken.error().message);
    }
    if (!has_root_) {
      diagnostics_.error(statement_.line(),
                         fmt::format("{}: expected the folder that is recorded to", where_));
    }
    return dvr_.root.empty() ? DvrConfig() : dvr_;
  }

 private:
  Result<void> take_option(const Word& word) {
    if (word.key() == "schedule") {
      FLU_TRY_ASSIGN(dvr_.schedule, parse_schedule(word.argument()));
      return {};
    }
    if (word.key() == "copy") {
      warning(word, "copy= is not supported yet: ignored");
      return {};
    }
    return fail(ErrorCode::kInvalidArgument,
                fmt::format("unknown option '{}'{}", printable(word.key()),
                            did_you_mean(word.key(), {kOptions.begin(), kOptions.end()})));
  }

  Result<void> take_argument(const Word& word) {
    const std::string& value = word.value;
    if (value == "no_index") {
      dvr_.has_index = false;
      return {};
    }
    if (value == "replicate") {
      warning(word, "replicate is not supported yet: ignored");
      return {};
    }
    if (!value.empty() && is_digit(value.front())) return take_limit(word);
    return take_root(word);
  }

  Result<void> take_root(const Word& word) {
    const std::string& value = word.value;
    if (std::exchange(has_root_, true)) {
      return fail(ErrorCode::kInvalidArgument,
                  fmt::format("expected a limit such as 2d, 90% or 10G, no_index or an option, "
                              "found '{}'",
                              printable(hide_secrets(value))));
    }
    for (const std::string_view cloud : kClouds) {
      if (!value.starts_with(cloud)) continue;
      warning(word, fmt::format("{} is not supported yet: the stream is not recorded", cloud));
      return {};
    }
    std::string root = value;
    while (root.size() > 1 && root.back() == '/') root.pop_back();
    const bool is_strange =
        root.empty() || root == "/" || root.find("://") != std::string::npos ||
        std::any_of(root.begin(), root.end(), [](char c) { return c < ' ' || c == '\x7f'; });
    if (is_strange) {
      return fail(ErrorCode::kInvalidArgument,
                  fmt::format("expected a folder such as /storage, found '{}'",
                              printable(hide_secrets(value))));
    }
    dvr_.root = std::move(root);
    return {};
  }

  Result<void> take_limit(const Word& word) {
    const std::string_view value = word.value;
    const char last = value.back();
    if (last == '%') return take_usage(word);
    if (last == 'K' || last == 'M' || last == 'G' || last == 'T') {
      const auto size = parse_size(value);
      if (!size || *size == 0) return bad_limit(value);
      dvr_.max_bytes = *size;
      return {};
    }
    // A bare number is minutes, as an old example has it: a week is 10080.
    const bool is_bare = is_digit(last);
    const auto depth = is_bare ? parse_duration(std::string(value) + "m") : parse_duration(value);
    if (!depth || *depth <= milliseconds(0) || *depth > kLongestDepth) return bad_limit(value);
    if (is_bare) {
      warning(word,
              fmt::format("'{}' has no unit and is taken for minutes: write {}m", value, value));
    }
    if (*depth < kShortDepth) warning(word, "less than 2 hours of recording are kept");
    dvr_.depth = *depth;
    return {};
  }

  Result<void> take_usage(const Word& word) {
    const auto percent =
        parse_unsigned(std::string_view(word.value).substr(0, word.value.size() - 1));
    if (!percent || *percent == 0 || *percent > 100) return bad_limit(word.value);
    dvr_.max_usage = static_cast<unsigned>(*percent);
    if (*percent == 100) warning(word, "a full disk records nothing: keep some of it free");
    return {};
  }

  static Result<void> bad_limit(std::string_view value) {
    return fail(
        ErrorCode::kInvalidArgument,
        fmt::format("expected a limit such as 2d, 10h, 90% or 10G, found '{}'", printable(value)));
  }

  void error(const Word& word, const std::string& message) {
    diagnostics_.error(word.line, fmt::format("{}: {}", where_, message));
  }
  void warning(const Word& word, const std::string& message) {
    diagnostics_.warning(word.line, fmt::format("{}: {}", where_, message));
  }

  const Statement& statement_;
  std::string where_;
  Diagnostics& diagnostics_;
  DvrConfig dvr_;
  bool has_root_ = false;  // named, though it may be none of this machine's
};

}  // namespace

DvrConfig load_dvr(const Statement& statement, const std::string& subject,
                   Diagnostics& diagnostics) {
  return DvrLoader(statement, subject, diagnostics).load();
}

}  // namespace flu::config
