// Any text: loads without fault; when it is well formed it is written back byte for byte, and what
// is written anew from its values alone means the same.
#include <cstdint>
#include <cstdlib>
#include <string>
#include <string_view>
#include <vector>

#include "libcommon/base/bytes.h"
#include "libcommon/base/check.h"
#include "libcommon/config/document.h"
#include "libcommon/config/plan.h"
#include "libcommon/config/server_config.h"

namespace {

using flu::config::Document;
using flu::config::Statement;

// Keeps the values and forgets how they were written.
std::vector<Statement> bare(const std::vector<Statement>& statements) {
  std::vector<Statement> out;
  for (const Statement& statement : statements) {
    Statement& fresh = out.emplace_back();
    for (const auto& word : statement.words) {
      auto& copy = fresh.words.emplace_back(flu::config::make_word(word.value));
      copy.key_size = word.key_size;
    }
    if (statement.block) fresh.block.emplace().statements = bare(statement.block->statements);
  }
  return out;
}

}  // namespace

extern "C" int LLVMFuzzerTestOneInput(const std::uint8_t* data, std::size_t size) {
  const std::string_view text = flu::as_text({data, size});
  const auto loaded = flu::config::load_config(text);
  for (const auto& unit : flu::config::plan(loaded.server)) (void)unit.to_text();
  for (const auto& stream : loaded.server.streams) (void)flu::config::explain(stream);

  flu::config::Diagnostics problems;
  const Document document = flu::config::parse_document(text, problems);
  if (problems.has_errors()) return 0;
  const auto same = flu::config::write_document(document);
  FLU_CHECK(same && *same == text);

  Document fresh;
  fresh.statements = bare(document.statements);
  const auto written = flu::config::write_document(fresh);
  FLU_CHECK(written.has_value());
  flu::config::Diagnostics again;
  const Document reread = flu::config::parse_document(*written, again);
  FLU_CHECK(!again.has_errors());
  FLU_CHECK(flu::config::is_same_content(document, reread));
  return 0;
}
