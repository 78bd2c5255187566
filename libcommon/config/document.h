#pragma once

#include <cstddef>
#include <optional>
#include <string>
#include <string_view>
#include <vector>

#include "libcommon/base/result.h"
#include "libcommon/config/diagnostic.h"

namespace flu::config {

// The text of a config file, statement by statement, with every space and comment, so that what was
// not changed is written back byte for byte.

// A positional argument or key=value.
struct Word {
  static constexpr std::size_t kNoKey = std::string::npos;

  std::string value;              // without quotes and escapes: "user_agent=VLC 3"
  std::size_t key_size = kNoKey;  // of key=value
  unsigned line = 0;
  std::string space;  // before it: blanks, line ends, comments
  std::string raw;    // as it was written; empty for a new or changed word

  [[nodiscard]] bool has_key() const { return key_size != kNoKey; }
  [[nodiscard]] std::string_view key() const;
  [[nodiscard]] std::string_view argument() const;  // what follows '=', or all of a positional one
};

Word make_word(std::string value);
Word make_word(std::string_view key, std::string_view value);

struct Statement;

struct Block {
  std::vector<Statement> statements;
  std::string open_space;   // before {
  std::string close_space;  // before }
};

// keyword arguments;  or  keyword arguments { ... }
struct Statement {
  std::vector<Word> words;  // empty only for a stray semicolon
  std::optional<Block> block;
  bool has_semicolon = true;  // the last one before } may lack it; a block has none
  std::string end_space;      // before ;
  std::string tail;           // the comment after it on its line

  [[nodiscard]] std::string_view keyword() const;
  [[nodiscard]] unsigned line() const { return words.empty() ? 0 : words.front().line; }
};

struct Document {
  std::vector<Statement> statements;
  std::string end_space;
};

// Parses all of it, whatever is wrong: each mistake becomes a diagnostic, and the document holds
// what could be understood.
Document parse_document(std::string_view text, Diagnostics& diagnostics);

// kInvalidArgument when a value holds a control character, which the language cannot express.
Result<std::string> write_document(const Document& document);

// The same statements with the same values, whatever their spacing and comments.
bool is_same_content(const Document& a, const Document& b);

}  // namespace flu::config
