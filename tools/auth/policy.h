#pragma once

#include <cstdint>
#include <map>
#include <optional>
#include <string>

#include <nlohmann/json_fwd.hpp>

namespace flu::auth {

// The part of the config that decides who may watch: RUN_DIR/conf/auth.json.
struct Policy {
  std::optional<std::uint64_t> max_sessions;  // of the server
  std::map<std::string, std::uint64_t, std::less<>> stream_max_sessions;

  bool operator==(const Policy&) const = default;
};

// What is missing or of another kind is no limit.
Policy parse_policy(const nlohmann::json& conf);

}  // namespace flu::auth
