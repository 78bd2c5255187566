// Tested by tests/unit/config/loader_test.cpp
#include "libcommon/config/stream_loader.h"

#include <map>
#include <optional>
#include <utility>

#include <fmt/format.h>

#include "libcommon/base/text.h"
#include "libcommon/config/check.h"
#include "libcommon/config/dvr_loader.h"
#include "libcommon/config/file_location.h"
#include "libcommon/config/schema.h"
#include "libcommon/config/serving_loader.h"
#include "libcommon/config/url_check.h"

namespace flu::config {
namespace {

using std::chrono::milliseconds;

constexpr milliseconds kMinSegment{500};
// A hub closes a segment by force at 30 s, and waits up to 1.5 targets for a better key frame.
constexpr milliseconds kMaxSegment{20'000};
constexpr std::uint64_t kMaxSegments = 20'000;  // as flu-segment
constexpr milliseconds kMaxTimeout = std::chrono::hours(24);
constexpr std::uint64_t kMaxRetries = 1'000'000;
constexpr std::uint64_t kMaxSessions = 1'000'000'000;

class StreamLoader {
 public:
  StreamLoader(const Statement& head, StreamConfig& stream, Diagnostics& diagnostics)
      : head_(head), stream_(stream), diagnostics_(diagnostics), subject_(subject_of(head)) {}

  void load() {
    for (const Statement& statement : head_.block->statements) {
      if (is_well_formed(statement, Context::kStream)) load(statement);
    }
    check_together();
  }

 private:
  void load(const Statement& statement) {
    const std::string_view keyword = statement.keyword();
    if (keyword == "url" || keyword == "urls") {
      load_sources(statement);
      return;
    }
    const Directive* directive = find_directive(keyword, Context::kStream);
    if (directive->support != Support::kImplemented) return;
    const std::string_view name = keyword == "client_timeout" ? "clients_timeout"
                                  : keyword == "dvr_offline"  ? "dvr"
                                                              : keyword;
    const auto [first, is_new] = lines_.try_emplace(name, statement.line());
    if (!is_new) {
      diagnostics_.warning(statement.line(),
                           fmt::format("'{}' in {} repeats line {}: the last counts", keyword,
                                       subject_, first->second));
    }
    if (keyword == "segments") stream_.segments = number(statement, 1, kMaxSegments);
    if (keyword == "segment_count") stream_.segment_count = number(statement, 1, kMaxSegments);
    if (keyword == "segment_duration") {
      stream_.segment_duration = duration(statement, kMinSegment, kMaxSegment);
    }
    if (keyword == "source_timeout") assign(stream_.source_timeout, timeout(statement));
    if (name == "clients_timeout") assign(stream_.clients_timeout, timeout(statement));
    if (keyword == "frames_timeout") stream_.frames_timeout = timeout(statement);
    if (keyword == "retry_limit") assign(stream_.retry_limit, number(statement, 0, kMaxRetries));
    if (keyword == "max_sessions") stream_.max_sessions = number(statement, 1, kMaxSessions);
    if (keyword == "backup") load_backup(statement);
    if (keyword == "title") stream_.title = statement.words[1].value;
    if (keyword == "comment") stream_.comment = statement.words[1].value;
    if (name == "dvr") stream_.dvr = load_dvr(statement, subject_, diagnostics_);
    if (keyword == "disabled") stream_.is_disabled = flag(statement);
    load_serving_option(statement, subject_, stream_.serving, diagnostics_);
  }

  // backup PREFIX/PATH;
  void load_backup(const Statement& statement) {
    const std::string& path = statement.words[1].value;
    if (const auto checked = check_location_path(path); !checked) {
      report(statement, checked.error().message);
      return;
    }
    stream_.backup = path;
    stream_.backup_line = statement.line();
  }

  // url URL name=value …;  urls URL name=value … URL name=value …;
  void load_sources(const Statement& statement) {
    const std::size_t first = stream_.sources.size();
    std::vector<UrlOptionValue> early;  // options may stand before the address too
    for (std::size_t i = 1; i < statement.words.size(); ++i) {
      const Word& word = statement.words[i];
      if (!word.has_key()) {
        SourceUrl source;
        source.url = word.value;
        source.line = word.line;
        source.options = std::exchange(early, {});
        stream_.sources.push_back(std::move(source));
        continue;
      }
      auto& options = stream_.sources.size() == first ? early : stream_.sources.back().options;
      for (const UrlOptionValue& other : options) {
        if (other.name == word.key()) {
          diagnostics_.error(word.line, fmt::format("option '{}' of a url in {} is given twice",
                                                    other.name, subject_));
        }
      }
      options.push_back({std::string(word.key()), std::string(word.argument())});
    }
    for (std::size_t i = first; i < stream_.sources.size(); ++i) {
      check_source(stream_.sources[i], subject_, diagnostics_);
    }
  }

  void check_together() {
    if (stream_.frames_timeout && *stream_.frames_timeout >= stream_.source_timeout) {
      diagnostics_.error(lines_.at("frames_timeout"),
                         fmt::format("frames_timeout in {} must be smaller than source_timeout, "
                                     "which is {} s",
                                     subject_, stream_.source_timeout.count() / 1000));
    }
    // Either given alone sets both (O-05).
    if (!stream_.segments) stream_.segments = stream_.segment_count;
    if (!stream_.segment_count) stream_.segment_count = stream_.segments;
    if (stream_.segments && *stream_.segment_count < *stream_.segments) {
      diagnostics_.warning(
          lines_.at("segment_count"),
          fmt::format("segment_count in {} is raised to {}: no fewer segments are kept than the "
                      "playlist has",
                      subject_, *stream_.segments));
      stream_.segment_count = stream_.segments;
    }
  }

  void report(const Statement& statement, const std::string& expected) {
    diagnostics_.error(statement.line(),
                       fmt::format("{} in {}: expected {}, found '{}'", statement.keyword(),
                                   subject_, expected, printable(statement.words[1].value)));
  }

  std::optional<std::uint64_t> number(const Statement& statement, std::uint64_t low,
                                      std::uint64_t high) {
    const auto value = parse_unsigned(statement.words[1].value);
    if (value && *value >= low && *value <= high) return *value;
    report(statement, fmt::format("a whole number from {} to {}", low, high));
    return std::nullopt;
  }

  std::optional<milliseconds> duration(const Statement& statement, milliseconds low,
                                       milliseconds high) {
    const auto value = parse_duration(statement.words[1].value);
    if (value && *value >= low && *value <= high) return *value;
    report(statement,
           fmt::format("a duration from {} to {} seconds", static_cast<double>(low.count()) / 1000,
                       static_cast<double>(high.count()) / 1000));
    return std::nullopt;
  }

  std::optional<milliseconds> timeout(const Statement& statement) {
    return duration(statement, milliseconds(1), kMaxTimeout);
  }

  // "disabled;" and "disabled true;" are one, "disabled false;" is the other.
  bool flag(const Statement& statement) {
    if (statement.words.size() < 2) return true;
    const std::string& value = statement.words[1].value;
    if (value != "true" && value != "false") report(statement, "nothing, true or false");
    return value != "false";
  }

  template <typename T>
  static void assign(T& target, const std::optional<T>& value) {
    if (value) target = *value;
  }

  const Statement& head_;
  StreamConfig& stream_;
  Diagnostics& diagnostics_;
  std::string subject_;
  std::map<std::string_view, unsigned> lines_;  // where each option was first
};

}  // namespace

void load_stream_options(const Statement& head, StreamConfig& stream, Diagnostics& diagnostics) {
  StreamLoader(head, stream, diagnostics).load();
}

}  // namespace flu::config
