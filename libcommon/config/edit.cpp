#include "libcommon/config/edit.h"

#include <algorithm>
#include <utility>

#include <fmt/format.h>

#include "libcommon/base/text.h"
#include "libcommon/config/server_config.h"

namespace flu::config {
namespace {

bool is_stream(const Statement& statement) {
  return statement.block && statement.words.size() >= 2 &&
         (statement.keyword() == "stream" || statement.keyword() == "ondemand");
}

std::string_view name_of(const Statement& statement) {
  return statement.words[1].value;
}

auto find_stream(Document& document, std::string_view name) {
  return std::find_if(document.statements.begin(), document.statements.end(),
                      [&](const Statement& statement) {
                        return is_stream(statement) && name_of(statement) == name;
                      });
}

bool is_same(const Statement& a, const Statement& b) {
  return is_same_content(Document{{a}, ""}, Document{{b}, ""});
}

// Does it lead to a new line, with nothing but blanks before?
bool begins_line(std::string_view space) {
  const auto first = space.find_first_not_of(" \t\r");
  return first != std::string_view::npos && space[first] == '\n';
}

void drop_last_line(std::string& space) {
  const auto end = space.rfind('\n');
  if (end == std::string::npos) return;
  space.resize(end);
  if (!space.empty() && space.back() == '\r') space.pop_back();
}

// The space before a statement that goes, and that behind it, as one.
std::string joined(std::string before, std::string_view behind) {
  if (!behind.empty() && !begins_line(behind)) return before + std::string(behind);
  if (before.find_first_not_of(" \t\r\n") != std::string::npos) {
    if (!behind.empty()) drop_last_line(before);
    return before + std::string(behind);
  }
  if (!before.empty() || behind.empty()) return std::string(behind.empty() ? before : behind);
  return std::string(behind.substr(behind.find('\n') + 1));  // it was the first in the file
}

void append(Document& document, Statement statement) {
  std::string space = std::exchange(document.end_space, "\n");
  const bool is_first = document.statements.empty() && space.empty();
  if (!is_first && (space.empty() || space.back() != '\n')) space += '\n';
  std::string own = statement.words.front().space;
  own.erase(0, own.find_first_not_of(" \t\r\n"));  // its comments stay
  statement.words.front().space = space + own;
  document.statements.push_back(std::move(statement));
}

}  // namespace

Document parse_streams(std::string_view text, Diagnostics& diagnostics) {
  LoadedConfig loaded = load_config(text);
  for (const Diagnostic& diagnostic : loaded.diagnostics.all()) {
    if (diagnostic.severity == Severity::kError) {
      diagnostics.error(diagnostic.line, diagnostic.message);
    } else {
      diagnostics.warning(diagnostic.line, diagnostic.message);
    }
  }
  bool has_streams = false;
  for (const Statement& statement : loaded.document.statements) {
    if (statement.words.empty() && !statement.block) continue;
    if (is_stream(statement)) {
      has_streams = true;
    } else if (!diagnostics.has_errors()) {
      diagnostics.error(statement.line(), fmt::format("expected blocks of streams only, found '{}'",
                                                      printable(statement.keyword())));
    }
  }
  if (!has_streams && !diagnostics.has_errors()) {
    diagnostics.error(1, "expected the block of a stream, such as: stream NAME { url URL; }");
  }
  // A byte order mark may only begin a file.
  constexpr std::string_view kByteOrderMark = "\xEF\xBB\xBF";
  if (!loaded.document.statements.empty() && !loaded.document.statements.front().words.empty()) {
    std::string& space = loaded.document.statements.front().words.front().space;
    if (space.rfind(kByteOrderMark, 0) == 0) space.erase(0, kByteOrderMark.size());
  }
  return std::move(loaded.document);
}

void put_streams(Document& document, const Document& streams) {
  for (const Statement& fresh : streams.statements) {
    if (!is_stream(fresh)) continue;
    const auto old = find_stream(document, name_of(fresh));
    if (old == document.statements.end()) {
      append(document, fresh);
    } else if (!is_same(*old, fresh)) {
      Statement statement = fresh;
      statement.words.front().space = old->words.front().space;
      if (statement.tail.empty()) statement.tail = old->tail;
      *old = std::move(statement);
    }
  }
}

bool remove_stream(Document& document, std::string_view name) {
  const auto found = find_stream(document, name);
  if (found == document.statements.end()) return false;
  const std::string before = found->words.front().space;
  const auto next = document.statements.erase(found);
  const bool has_words = next != document.statements.end() && !next->words.empty();
  std::string& behind = next == document.statements.end() ? document.end_space
                        : has_words                       ? next->words.front().space
                                                          : next->end_space;
  behind = joined(before, behind);
  return true;
}

std::vector<std::string> stream_names(const Document& document) {
  std::vector<std::string> out;
  for (const Statement& statement : document.statements) {
    if (is_stream(statement)) out.emplace_back(name_of(statement));
  }
  return out;
}

}  // namespace flu::config
