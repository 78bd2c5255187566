#pragma once

#include <string>
#include <type_traits>

#include <nlohmann/json.hpp>

#include "libcommon/base/clock.h"
#include "tools/serve/sessions/session_table.h"

// What is said between a worker and flu-auth (docs/state.md). Pure.
namespace flu::serve {

// A session as flu-auth is asked about it, or told of it.
nlohmann::json describe_session(const WorkerSession& session);

// What flu-auth decided on it. A field that is missing, or of another type, changes nothing, or is
// a permission for three minutes.
void take_decision(WorkerSession& session, const nlohmann::json& decision, MonotonicTime now);

// The field, or `otherwise` where it is missing or of another type.
template <typename T>
T value_of(const nlohmann::json& object, const char* name, T otherwise) {
  const auto found = object.find(name);
  if (found == object.end()) return otherwise;
  if constexpr (std::is_same_v<T, std::string>) {
    return found->is_string() ? found->template get<std::string>() : otherwise;
  } else if constexpr (std::is_same_v<T, bool>) {
    return found->is_boolean() ? found->template get<bool>() : otherwise;
  } else {
    return found->is_number_unsigned() ? found->template get<T>() : otherwise;
  }
}

}  // namespace flu::serve
