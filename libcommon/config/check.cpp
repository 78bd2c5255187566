// Tested by tests/unit/config/loader_test.cpp
#include "libcommon/config/check.h"

#include <algorithm>
#include <array>
#include <cstddef>

#include <fmt/format.h>

#include "libcommon/base/text.h"
#include "libcommon/config/schema.h"
#include "libcommon/config/suggestion.h"

namespace flu::config {
namespace {

std::size_t positional_count(const Statement& statement) {
  return static_cast<std::size_t>(std::count_if(statement.words.begin() + 1, statement.words.end(),
                                                [](const Word& word) { return !word.has_key(); }));
}

std::string count_text(const Directive& directive) {
  const auto noun = [](std::size_t count) { return count == 1 ? "argument" : "arguments"; };
  if (directive.max_arguments == 0) return "no argument";
  if (directive.max_arguments == Directive::kAny) {
    return fmt::format("at least {} {}", directive.min_arguments, noun(directive.min_arguments));
  }
  if (directive.min_arguments == directive.max_arguments) {
    return fmt::format("{} {}", directive.min_arguments, noun(directive.min_arguments));
  }
  return fmt::format("{} to {} arguments", directive.min_arguments, directive.max_arguments);
}

class Checker {
 public:
  explicit Checker(Diagnostics& diagnostics) : diagnostics_(diagnostics) {}

  void check(const std::vector<Statement>& statements, Context context, const Directive* parent,
             const std::string& subject) {
    for (const Statement& statement : statements) {
      if (!statement.words.empty()) check(statement, context, parent, subject);
    }
  }

 private:
  void check(const Statement& statement, Context context, const Directive* parent,
             const std::string& subject) {
    const Directive* directive = find_directive(statement.keyword(), context);
    if (directive == nullptr) {
      if (parent == nullptr || !parent->has_free_options)
        report_unknown(statement, context, subject);
      check_inside(statement, meant_directive(statement, context));
      return;
    }
    const std::string where = subject.empty() ? "" : " in " + subject;
    check_shape(statement, *directive, where);
    if (directive->support == Support::kNotYet) {
      diagnostics_.warning(statement.line(), fmt::format("'{}'{} is not supported yet: ignored",
                                                         statement.keyword(), where));
    }
    check_inside(statement, directive);
  }

  void check_inside(const Statement& statement, const Directive* directive) {
    if (!statement.block || directive == nullptr || directive->block == BlockRule::kNone) return;
    check(statement.block->statements, directive->inside, directive, subject_of(statement));
  }

  void check_shape(const Statement& statement, const Directive& directive,
                   const std::string& where) {
    const std::size_t count = positional_count(statement);
    if (count < directive.min_arguments || count > directive.max_arguments) {
      diagnostics_.error(statement.line(), fmt::format("'{}'{} takes {}, found {}", directive.name,
                                                       where, count_text(directive), count));
    }
    if (statement.block && directive.block == BlockRule::kNone) {
      diagnostics_.error(statement.line(),
                         fmt::format("'{}'{} takes no block in braces", directive.name, where));
    }
    if (!statement.block && directive.block == BlockRule::kRequired) {
      diagnostics_.error(statement.line(), fmt::format("'{}'{} needs a block in braces: {} {{ }}",
                                                       directive.name, where, directive.name));
    }
    constexpr std::array<std::string_view, 7> kWithOptions{
        "url", "urls", "thumbnails", "logo", "mpegts_pids", "dvr", "dvr_offline"};
    const bool takes_options =
        directive.support == Support::kNotYet ||
        std::find(kWithOptions.begin(), kWithOptions.end(), directive.name) != kWithOptions.end();
    if (takes_options) return;
    for (const Word& word : statement.words) {
      if (!word.has_key()) continue;
      diagnostics_.error(word.line, fmt::format("unknown option '{}' of '{}'{}",
                                                printable(word.key()), directive.name, where));
    }
  }

  void report_unknown(const Statement& statement, Context context, const std::string& subject) {
    const std::string name = printable(statement.keyword());
    const std::string places = places_of(statement.keyword());
    std::string message = context == Context::kTop
                              ? fmt::format("unknown directive '{}'", name)
                              : fmt::format("unknown option '{}' in {}", name, subject);
    if (places.empty()) {
      message += did_you_mean(statement.keyword(), directive_names(context));
    } else {
      message += fmt::format(": it belongs {}", places);
    }
    diagnostics_.error(statement.line(), std::move(message));
  }

  Diagnostics& diagnostics_;
};

}  // namespace

std::string subject_of(const Statement& block_head) {
  for (std::size_t i = 1; i < block_head.words.size(); ++i) {
    if (!block_head.words[i].has_key()) {
      return fmt::format("{} '{}'", block_head.keyword(), printable(block_head.words[i].value));
    }
  }
  return std::string(block_head.keyword());
}

const Directive* meant_directive(const Statement& statement, Context context) {
  const std::string_view keyword = statement.keyword();
  const Directive* directive = find_directive(keyword, context);
  if (directive != nullptr || context != Context::kTop || !statement.block) return directive;
  if (!places_of(keyword).empty()) return nullptr;
  directive = find_directive(nearest(keyword, directive_names(context)), context);
  return directive != nullptr && directive->block != BlockRule::kNone ? directive : nullptr;
}

void check_names(const std::vector<Statement>& statements, Diagnostics& diagnostics) {
  Checker(diagnostics).check(statements, Context::kTop, nullptr, "");
}

bool is_well_formed(const Statement& statement, Context context) {
  if (statement.words.empty()) return false;
  const Directive* directive = find_directive(statement.keyword(), context);
  if (directive == nullptr) return false;
  const std::size_t count = positional_count(statement);
  return count >= directive->min_arguments && count <= directive->max_arguments;
}

}  // namespace flu::config
