// Tested by tests/unit/config/loader_test.cpp
#include "libcommon/config/diagnostic.h"

#include <algorithm>

#include <fmt/format.h>

namespace flu::config {

bool Diagnostics::has_errors() const {
  return std::any_of(all_.begin(), all_.end(), [](const Diagnostic& diagnostic) {
    return diagnostic.severity == Severity::kError;
  });
}

void Diagnostics::sort_by_line() {
  std::stable_sort(all_.begin(), all_.end(),
                   [](const Diagnostic& a, const Diagnostic& b) { return a.line < b.line; });
}

std::string to_text(const Diagnostic& diagnostic, std::string_view file) {
  return fmt::format("{}:{}: {}{}", file, diagnostic.line,
                     diagnostic.severity == Severity::kWarning ? "warning: " : "",
                     diagnostic.message);
}

}  // namespace flu::config
