#pragma once

#include <cstdint>
#include <optional>
#include <string>
#include <vector>

#include <nlohmann/json.hpp>

#include "tools/auth/registry.h"
#include "tools/auth/session.h"

namespace flu::auth {

// The messages of auth.sock (docs/state.md). What is missing or of another kind is its empty value.

struct Opening {
  std::uint64_t number = 0;
  Viewer viewer;
  std::optional<Registry::Known> known;
};

std::vector<Opening> parse_openings(const nlohmann::json& message);
nlohmann::json describe_decision(std::uint64_t number, const Registry::Decision& decision);

// {"KEY": [...]} as numbers.
std::vector<std::uint64_t> parse_numbers(const nlohmann::json& message, const char* key);
// [[number, bytes], ...] of a report.
std::vector<Part> parse_report(const nlohmann::json& message, std::uint64_t worker);
std::vector<std::string> parse_ids(const nlohmann::json& message);

// As the HTTP API lists it, with the `number` to go on behind.
nlohmann::json describe_session(const Session& session, std::int64_t utc_ms);
// The fields of session_opened and session_closed: what is kept of a session.
nlohmann::json describe_event(const Session& session);

std::string text_field(const nlohmann::json& message, const char* name);
std::uint64_t number_field(const nlohmann::json& message, const char* name);

}  // namespace flu::auth
