#pragma once

#include <functional>
#include <optional>
#include <string>
#include <string_view>
#include <vector>

namespace flu::event {

// Which events somebody wants. Each condition must hold; one holds when the event has the field
// and its value is any of those that are listed. A '*' in a value stands for any run of bytes.
// Without conditions every event is wanted.
class Filter {
 public:
  // The value of an event's field; nullopt where it has none.
  using Lookup = std::function<std::optional<std::string>(std::string_view field)>;

  // `values` are divided by commas; empty ones count for nothing.
  void require(std::string_view field, std::string_view values);

  [[nodiscard]] bool matches(const Lookup& event) const;
  [[nodiscard]] bool is_empty() const { return conditions_.empty(); }

 private:
  struct Condition {
    std::string field;
    std::vector<std::string> values;
  };
  std::vector<Condition> conditions_;
};

// Does `text` fit `pattern`, where '*' is any run of bytes?
bool fits_pattern(std::string_view text, std::string_view pattern);

}  // namespace flu::event
