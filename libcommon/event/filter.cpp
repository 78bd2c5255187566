#include "libcommon/event/filter.h"

#include <algorithm>
#include <utility>

#include "libcommon/base/text.h"

namespace flu::event {

void Filter::require(std::string_view field, std::string_view values) {
  Condition condition{std::string(field), {}};
  for (const std::string_view value : split(values, ',')) {
    if (!value.empty()) condition.values.emplace_back(value);
  }
  conditions_.push_back(std::move(condition));
}

bool Filter::matches(const Lookup& event) const {
  return std::all_of(conditions_.begin(), conditions_.end(), [&](const Condition& condition) {
    const auto value = event(condition.field);
    return value &&
           std::any_of(condition.values.begin(), condition.values.end(),
                       [&](const std::string& wanted) { return fits_pattern(*value, wanted); });
  });
}

// Only the last '*' is ever gone back to: time is at most the product of the two lengths.
bool fits_pattern(std::string_view text, std::string_view pattern) {
  std::size_t at = 0;
  std::size_t wanted = 0;
  std::size_t star = std::string_view::npos;
  std::size_t star_text = 0;
  while (at < text.size()) {
    if (wanted < pattern.size() && pattern[wanted] == '*') {
      star = wanted++;
      star_text = at;
    } else if (wanted < pattern.size() && pattern[wanted] == text[at]) {
      ++wanted;
      ++at;
    } else if (star != std::string_view::npos) {
      wanted = star + 1;
      at = ++star_text;
    } else {
      return false;
    }
  }
  while (wanted < pattern.size() && pattern[wanted] == '*') ++wanted;
  return wanted == pattern.size();
}

}  // namespace flu::event
