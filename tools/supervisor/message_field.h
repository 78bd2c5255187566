#pragma once

#include <string>

#include <nlohmann/json.hpp>

namespace flu::supervisor {

// A field of a message; "" where it is missing or no text.
inline std::string text_field(const nlohmann::json& message, const char* name) {
  const auto found = message.find(name);
  return found != message.end() && found->is_string() ? found->get<std::string>() : "";
}

}  // namespace flu::supervisor
