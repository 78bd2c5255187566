#pragma once

#include <string>
#include <string_view>
#include <utility>
#include <vector>

namespace flu::config {

enum class Severity { kWarning, kError };

// One thing to tell the author of a config file.
struct Diagnostic {
  Severity severity = Severity::kError;
  unsigned line = 0;  // from 1
  std::string message;

  bool operator==(const Diagnostic&) const = default;
};

class Diagnostics {
 public:
  void error(unsigned line, std::string message) {
    all_.push_back({Severity::kError, line, std::move(message)});
  }
  void warning(unsigned line, std::string message) {
    all_.push_back({Severity::kWarning, line, std::move(message)});
  }

  [[nodiscard]] bool has_errors() const;
  [[nodiscard]] const std::vector<Diagnostic>& all() const { return all_; }
  void sort_by_line();

 private:
  std::vector<Diagnostic> all_;
};

// "flu.conf:12: unknown option ..."; warnings say so: "flu.conf:12: warning: ...".
std::string to_text(const Diagnostic& diagnostic, std::string_view file);

}  // namespace flu::config
