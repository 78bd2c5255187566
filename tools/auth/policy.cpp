#include "tools/auth/policy.h"

#include <nlohmann/json.hpp>

namespace flu::auth {
namespace {

using nlohmann::json;

std::optional<std::uint64_t> limit_of(const json& object) {
  const auto found = object.find("max_sessions");
  if (found == object.end() || !found->is_number_unsigned()) return std::nullopt;
  return found->get<std::uint64_t>();
}

}  // namespace

Policy parse_policy(const json& conf) {
  Policy out;
  if (!conf.is_object()) return out;
  out.max_sessions = limit_of(conf);
  const auto streams = conf.find("streams");
  if (streams == conf.end() || !streams->is_object()) return out;
  for (const auto& [name, stream] : streams->items()) {
    if (!stream.is_object()) continue;
    if (const auto limit = limit_of(stream)) out.stream_max_sessions.emplace(name, *limit);
  }
  return out;
}

}  // namespace flu::auth
