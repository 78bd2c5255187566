#include "libcommon/config/repair.h"

#include <cstddef>
#include <iterator>
#include <utility>

#include <fmt/format.h>

#include "libcommon/base/text.h"
#include "libcommon/config/check.h"
#include "libcommon/config/schema.h"
#include "libcommon/config/secret.h"

namespace flu::config {
namespace {

class Repairer {
 public:
  explicit Repairer(Diagnostics& diagnostics) : diagnostics_(diagnostics) {}

  std::vector<Statement> top(const std::vector<Statement>& statements) {
    std::vector<Statement> out;
    for (const Statement& statement : statements) {
      for (Statement& part : apart(statement, Context::kTop)) place_at_top(std::move(part), out);
    }
    return out;
  }

 private:
  // A word that begins a line and is the name of a directive follows a forgotten semicolon.
  std::vector<Statement> apart(const Statement& statement, Context context) {
    std::vector<Statement> out;
    out.emplace_back();
    for (std::size_t i = 0; i < statement.words.size(); ++i) {
      const Word& word = statement.words[i];
      if (i > 0 && begins_directive(statement, i, context)) {
        const Word& head = out.back().words.front();
        diagnostics_.error(
            head.line,
            fmt::format("';' is missing after '{}': line {} begins with '{}'",
                        printable(head.value), word.line, printable(hide_secrets(word.value))));
        out.emplace_back();
      }
      out.back().words.push_back(word);
    }
    out.back().block = statement.block;
    return out;
  }

  static bool begins_directive(const Statement& statement, std::size_t index, Context context) {
    const Word& word = statement.words[index];
    return word.line != statement.words[index - 1].line && !word.has_key() &&
           find_directive(word.value, context) != nullptr;
  }

  // Puts a statement of the top level, and what does not belong inside it, behind `out`.
  void place_at_top(Statement statement, std::vector<Statement>& out) {
    if (is_part_of_open_block(statement)) {
      out.back().block->statements.push_back(std::move(statement));
      return;
    }
    block_is_open_ = false;
    if (!statement.block) {
      const std::size_t inner = first_word_of_block(statement);
      if (inner < statement.words.size()) statement = open_block(statement, inner);
      out.push_back(std::move(statement));
      return;
    }
    std::vector<Statement> strays;
    const Directive* directive = meant_directive(statement, Context::kTop);
    if (directive != nullptr && directive->block != BlockRule::kNone) {
      Block& block = *statement.block;
      block.statements = inside(statement, *directive, strays);
    }
    out.push_back(std::move(statement));
    for (Statement& stray : strays) place_at_top(std::move(stray), out);
  }

  // The statements of a block; those that are blocks of the top level go to `strays`.
  std::vector<Statement> inside(const Statement& head, const Directive& directive,
                                std::vector<Statement>& strays) {
    std::vector<Statement> out;
    for (const Statement& statement : head.block->statements) {
      for (Statement& part : apart(statement, directive.inside)) {
        if (directive.has_free_options || !belongs_at_top(part, directive.inside)) {
          out.push_back(std::move(part));
          continue;
        }
        diagnostics_.error(part.line(), fmt::format("'{}' does not stand in {}: is a '}}' missing "
                                                    "before it?",
                                                    part.keyword(), subject_of(head)));
        strays.push_back(std::move(part));
      }
    }
    return out;
  }

  static bool belongs_at_top(const Statement& statement, Context context) {
    if (!statement.block || find_directive(statement.keyword(), context) != nullptr) return false;
    const Directive* directive = find_directive(statement.keyword(), Context::kTop);
    return directive != nullptr && directive->block != BlockRule::kNone;
  }

  // stream NAME without '{': the index of the first word that belongs into its block, or the end.
  static std::size_t first_word_of_block(const Statement& statement) {
    const Directive* directive = find_directive(statement.keyword(), Context::kTop);
    std::size_t index = 1;
    if (directive == nullptr || directive->block != BlockRule::kRequired) {
      return statement.words.size();
    }
    while (index < statement.words.size() &&
           !begins_directive(statement, index, directive->inside)) {
      ++index;
    }
    return index;
  }

  Statement open_block(const Statement& statement, std::size_t inner) {
    const auto split = statement.words.begin() + static_cast<std::ptrdiff_t>(inner);
    Statement head;
    head.words.assign(statement.words.begin(), split);
    Statement first;
    first.words.assign(split, statement.words.end());
    diagnostics_.error(
        head.line(), fmt::format("'{{' is missing after '{}'", printable(head.words.back().value)));
    open_context_ = find_directive(head.keyword(), Context::kTop)->inside;
    head.block.emplace().statements = apart(first, open_context_);
    block_is_open_ = true;
    return head;
  }

  [[nodiscard]] bool is_part_of_open_block(const Statement& statement) const {
    return block_is_open_ && find_directive(statement.keyword(), Context::kTop) == nullptr &&
           find_directive(statement.keyword(), open_context_) != nullptr;
  }

  Diagnostics& diagnostics_;
  bool block_is_open_ =
      false;  // the last statement's '{' was missing, and so its '}' closes nothing
  Context open_context_ = Context::kTop;
};

}  // namespace

std::vector<Statement> repair(const Document& document, Diagnostics& diagnostics) {
  return Repairer(diagnostics).top(document.statements);
}

}  // namespace flu::config
