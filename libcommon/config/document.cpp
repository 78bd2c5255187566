#include "libcommon/config/document.h"

#include <algorithm>

#include <fmt/format.h>

#include "libcommon/base/text.h"

namespace flu::config {
namespace {

bool is_control(char c) {
  const auto byte = static_cast<unsigned char>(c);
  return byte < 0x20 || byte == 0x7F;
}

bool is_key(std::string_view text) {
  return !text.empty() && std::all_of(text.begin(), text.end(), [](char c) {
    return (c >= 'a' && c <= 'z') || (c >= 'A' && c <= 'Z') || (c >= '0' && c <= '9') || c == '_' ||
           c == '-' || c == '.';
  });
}

bool needs_quotes(std::string_view value) {
  return value.empty() || value.front() == '#' ||
         value.find_first_of(" ;{}\"") != std::string_view::npos;
}

std::string quoted(std::string_view value) {
  std::string out = "\"";
  for (const char c : value) {
    if (c == '"' || c == '\\') out += '\\';
    out += c;
  }
  return out + '"';
}

// Parsed parts go out as they were; new ones get a line of their own, indented by depth.
class Writer {
 public:
  Result<std::string> write(const Document& document) {
    FLU_TRY(write(document.statements, 0));
    put(document.end_space);
    return std::move(out_);
  }

 private:
  Result<void> write(const std::vector<Statement>& statements, int depth) {
    for (std::size_t i = 0; i < statements.size(); ++i) {
      FLU_TRY(write(statements[i], depth, i + 1 == statements.size()));
    }
    return {};
  }

  Result<void> write(const Statement& statement, int depth, bool is_last) {
    for (std::size_t i = 0; i < statement.words.size(); ++i) {
      const Word& word = statement.words[i];
      if (!word.space.empty() || !word.raw.empty()) {
        put(word.space);
      } else if (i == 0) {
        start_line(depth);
      } else {
        put(" ");
      }
      FLU_TRY(write(word));
    }
    if (statement.block) return write_block(statement, depth);
    put(statement.end_space);
    // What was put behind a statement without semicolon must not run into it.
    if (statement.has_semicolon || !is_last) put(";");
    write_tail(statement);
    return {};
  }

  Result<void> write_block(const Statement& statement, int depth) {
    const Block& block = *statement.block;
    const bool is_new = statement.words.empty() || statement.words.front().raw.empty();
    put(is_new && block.open_space.empty() ? " " : block.open_space);
    put("{");
    FLU_TRY(write(block.statements, depth + 1));
    if (is_new && block.close_space.empty()) {
      start_line(depth);
    } else {
      put(block.close_space);
    }
    put("}");
    write_tail(statement);
    return {};
  }

  void start_line(int depth) {
    if (!out_.empty() && out_.back() != '\n') put("\n");
    put(std::string(static_cast<std::size_t>(depth) * 2, ' '));
  }

  void write_tail(const Statement& statement) {
    put(statement.tail);
    is_in_comment_ = !statement.tail.empty();
  }

  // The line end behind a comment belongs to the next statement, which may have been removed.
  void put(std::string_view text) {
    if (text.empty()) return;
    if (is_in_comment_ && text.front() != '\n') out_ += '\n';
    is_in_comment_ = false;
    out_ += text;
  }

  Result<void> write(const Word& word) {
    if (!word.raw.empty()) {
      put(word.raw);
      return {};
    }
    if (std::any_of(word.value.begin(), word.value.end(), is_control)) {
      return fail(
          ErrorCode::kInvalidArgument,
          fmt::format("write config: '{}' holds a control character", printable(word.value)));
    }
    if (word.has_key()) return write_option(word);
    const auto equals = word.value.find('=');
    const bool looks_like_option =
        equals != std::string::npos && is_key(std::string_view(word.value).substr(0, equals));
    put(needs_quotes(word.value) || looks_like_option ? quoted(word.value) : word.value);
    return {};
  }

  Result<void> write_option(const Word& word) {
    if (!is_key(word.key())) {
      return fail(ErrorCode::kInvalidArgument,
                  fmt::format("write config: '{}' is no name of an option", word.key()));
    }
    const std::string_view argument = word.argument();
    put(word.key());
    put("=");
    put(!argument.empty() && needs_quotes(argument) ? quoted(argument) : std::string(argument));
    return {};
  }

  bool is_in_comment_ = false;
  std::string out_;
};

bool is_same(const Statement& a, const Statement& b);

// Stray semicolons say nothing.
std::vector<const Statement*> meaningful(const std::vector<Statement>& statements) {
  std::vector<const Statement*> out;
  for (const Statement& statement : statements) {
    if (!statement.words.empty() || statement.block) out.push_back(&statement);
  }
  return out;
}

bool is_same(const std::vector<Statement>& a, const std::vector<Statement>& b) {
  const auto left = meaningful(a);
  const auto right = meaningful(b);
  return std::equal(left.begin(), left.end(), right.begin(), right.end(),
                    [](const Statement* x, const Statement* y) { return is_same(*x, *y); });
}

bool is_same(const Statement& a, const Statement& b) {
  const bool same_words = std::equal(
      a.words.begin(), a.words.end(), b.words.begin(), b.words.end(),
      [](const Word& x, const Word& y) { return x.value == y.value && x.key_size == y.key_size; });
  if (!same_words || a.block.has_value() != b.block.has_value()) return false;
  return !a.block || is_same(a.block->statements, b.block->statements);
}

}  // namespace

std::string_view Word::key() const {
  return has_key() ? std::string_view(value).substr(0, key_size) : std::string_view{};
}

std::string_view Word::argument() const {
  return has_key() ? std::string_view(value).substr(key_size + 1) : std::string_view(value);
}

Word make_word(std::string value) {
  Word word;
  word.value = std::move(value);
  return word;
}

Word make_word(std::string_view key, std::string_view value) {
  Word word = make_word(fmt::format("{}={}", key, value));
  word.key_size = key.size();
  return word;
}

std::string_view Statement::keyword() const {
  return words.empty() ? std::string_view{} : std::string_view(words.front().value);
}

Result<std::string> write_document(const Document& document) {
  return Writer().write(document);
}

bool is_same_content(const Document& a, const Document& b) {
  return is_same(a.statements, b.statements);
}

}  // namespace flu::config
