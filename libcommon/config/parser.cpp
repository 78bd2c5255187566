// Tested by tests/unit/config/document_test.cpp
#include <string>
#include <utility>

#include <fmt/format.h>

#include "libcommon/base/text.h"
#include "libcommon/config/document.h"
#include "libcommon/config/limits.h"
#include "libcommon/config/secret.h"

namespace flu::config {
namespace {

bool is_blank(char c) {
  return c == ' ' || c == '\t' || c == '\n' || c == '\r';
}
bool is_control(char c) {
  const auto byte = static_cast<unsigned char>(c);
  return byte < 0x20 || byte == 0x7F;
}
bool ends_word(char c) {
  return is_blank(c) || c == ';' || c == '{' || c == '}';
}

bool is_key_byte(char c) {
  return (c >= 'a' && c <= 'z') || (c >= 'A' && c <= 'Z') || (c >= '0' && c <= '9') || c == '_' ||
         c == '-' || c == '.';
}

class Parser {
 public:
  Parser(std::string_view text, Diagnostics& diagnostics)
      : text_(text), diagnostics_(diagnostics) {}

  Document parse() {
    Document document;
    // A byte order mark of an editor is no part of the first keyword.
    constexpr std::string_view kByteOrderMark = "\xEF\xBB\xBF";
    if (text_.substr(0, kByteOrderMark.size()) == kByteOrderMark) at_ = kByteOrderMark.size();
    std::string space(text_.substr(0, at_));
    space += take_space();
    while (!is_at_end()) {
      if (peek() == '}') {
        diagnostics_.error(line_, "'}' closes nothing: no block is open here");
        ++at_;
      } else {
        document.statements.push_back(parse_statement(std::move(space), 0));
      }
      space = take_space();
    }
    document.end_space = std::move(space);
    return document;
  }

 private:
  [[nodiscard]] bool is_at_end() const { return at_ >= text_.size(); }
  [[nodiscard]] char peek() const { return text_[at_]; }

  std::string take_comment() {
    const std::size_t start = at_;
    while (!is_at_end() && peek() != '\n') ++at_;
    return std::string(text_.substr(start, at_ - start));
  }

  // Blanks, line ends and comments.
  std::string take_space() {
    const std::size_t start = at_;
    while (!is_at_end()) {
      if (peek() == '#') {
        take_comment();
      } else if (is_blank(peek())) {
        if (peek() == '\n') ++line_;
        ++at_;
      } else {
        break;
      }
    }
    return std::string(text_.substr(start, at_ - start));
  }

  // A comment that stands behind a statement belongs to it, the line end to the next.
  std::string take_tail() {
    const std::size_t start = at_;
    while (!is_at_end() && (peek() == ' ' || peek() == '\t')) ++at_;
    if (!is_at_end() && peek() == '#') {
      take_comment();
    } else {
      at_ = start;
    }
    return std::string(text_.substr(start, at_ - start));
  }

  Statement parse_statement(std::string space, int depth) {
    Statement statement;
    const unsigned first_line = line_;
    while (true) {
      if (is_at_end()) {
        diagnostics_.error(last_word_line(statement, first_line),
                           fmt::format("';' is missing after '{}'", last_word(statement)));
        statement.has_semicolon = false;
        statement.end_space = std::move(space);
        return statement;
      }
      const char next = peek();
      if (next == ';') {
        ++at_;
        statement.end_space = std::move(space);
        statement.tail = take_tail();
        return statement;
      }
      if (next == '{') {
        parse_block(statement, std::move(space), depth);
        return statement;
      }
      if (next == '}') {  // the caller's block ends
        statement.has_semicolon = false;
        statement.end_space = std::move(space);
        return statement;
      }
      statement.words.push_back(parse_word(std::move(space)));
      space = take_space();
    }
  }

  void parse_block(Statement& statement, std::string space, int depth) {
    const unsigned open_line = line_;
    ++at_;
    if (statement.words.empty()) {
      diagnostics_.error(open_line, "expected a keyword before '{'");
    }
    if (depth >= kMaxDepth) {
      diagnostics_.error(open_line, fmt::format("blocks deeper than {} levels", kMaxDepth));
      skip_block();
      return;
    }
    statement.has_semicolon = false;
    Block& block = statement.block.emplace();
    block.open_space = std::move(space);
    std::string inside = take_space();
    while (true) {
      if (is_at_end()) {
        diagnostics_.error(open_line,
                           fmt::format("'}}' is missing: the block of '{}' is not closed",
                                       first_words(statement)));
        break;
      }
      if (peek() == '}') {
        ++at_;
        break;
      }
      block.statements.push_back(parse_statement(std::move(inside), depth + 1));
      inside = take_space();
    }
    block.close_space = std::move(inside);
    statement.tail = take_tail();
  }

  // To behind the '}' of a block whose '{' was just taken.
  void skip_block() {
    for (int open = 1; open > 0 && !is_at_end();) {
      take_space();
      if (is_at_end()) break;
      if (peek() == '{') ++open;
      if (peek() == '}') --open;
      if (ends_word(peek())) {
        ++at_;
      } else {
        parse_word({});
      }
    }
  }

  Word parse_word(std::string space) {
    Word word;
    word.line = line_;
    word.space = std::move(space);
    const std::size_t start = at_;
    bool may_be_key = true;  // until a byte that no key has
    while (!is_at_end() && !ends_word(peek())) {
      const char c = peek();
      if (c == '"') {
        may_be_key = false;
        take_quoted(word.value);
        continue;
      }
      if (is_control(c)) {
        diagnostics_.error(
            line_, fmt::format("control character {} in '{}'", printable(text_.substr(at_, 1)),
                               hide_secrets(word.value)));
        ++at_;
        continue;
      }
      if (c == '=' && may_be_key && !word.value.empty()) word.key_size = word.value.size();
      if (!is_key_byte(c)) may_be_key = false;
      word.value += c;
      ++at_;
    }
    word.raw = std::string(text_.substr(start, at_ - start));
    return word;
  }

  void take_quoted(std::string& value) {
    const unsigned open_line = line_;
    ++at_;
    while (!is_at_end() && peek() != '\n') {
      char c = peek();
      ++at_;
      if (c == '"') return;
      if (c == '\\' && !is_at_end() && (peek() == '"' || peek() == '\\')) {
        c = peek();
        ++at_;
      } else if (is_control(c)) {
        diagnostics_.error(line_, fmt::format("control character {} in a quoted value",
                                              printable(std::string(1, c))));
      }
      value += c;
    }
    diagnostics_.error(open_line, "the quote '\"' is not closed on its line");
  }

  static std::string last_word(const Statement& statement) {
    return statement.words.empty() ? "" : printable(hide_secrets(statement.words.back().value));
  }
  static unsigned last_word_line(const Statement& statement, unsigned otherwise) {
    return statement.words.empty() ? otherwise : statement.words.back().line;
  }
  static std::string first_words(const Statement& statement) {
    std::string text;
    for (const Word& word : statement.words) {
      text += (text.empty() ? "" : " ") + printable(hide_secrets(word.value));
      if (text.size() > 60) break;
    }
    return text;
  }

  std::string_view text_;
  Diagnostics& diagnostics_;
  std::size_t at_ = 0;
  unsigned line_ = 1;
};

}  // namespace

Document parse_document(std::string_view text, Diagnostics& diagnostics) {
  if (text.size() > kMaxConfigSize) {
    diagnostics.error(1, fmt::format("the file is larger than {} bytes", kMaxConfigSize));
    return {};
  }
  return Parser(text, diagnostics).parse();
}

}  // namespace flu::config
