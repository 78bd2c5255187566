#include "libcommon/wire/http/etag.h"

namespace flu::wire {

bool is_etag_listed(std::string_view if_none_match, std::string_view etag) {
  if (etag.empty()) return false;
  std::string_view rest = if_none_match;
  while (!rest.empty()) {
    if (rest.front() == ' ' || rest.front() == '\t' || rest.front() == ',') {
      rest.remove_prefix(1);
      continue;
    }
    if (rest.front() == '*') return true;
    if (rest.substr(0, 2) == "W/") rest.remove_prefix(2);
    if (rest.empty() || rest.front() != '"') return false;
    const auto close = rest.find('"', 1);
    if (close == std::string_view::npos) return false;
    if (rest.substr(0, close + 1) == etag) return true;
    rest.remove_prefix(close + 1);
  }
  return false;
}

bool is_range_allowed(std::string_view if_range, std::string_view etag) {
  return if_range.empty() || if_range == etag;
}

}  // namespace flu::wire
