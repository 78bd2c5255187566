#pragma once

#include <string>

#include <nlohmann/json.hpp>

#include "tools/serve/api/api_views.h"

namespace flu::serve {

// The state files in Prometheus' text format (version 0.0.4): names begin with flu_, sums that only
// grow end in _total, units are seconds, bytes and bits a second. What no file says is left out.
std::string metrics_text(const nlohmann::json& server, const nlohmann::json& streams,
                         const nlohmann::json& clients, const ApiMoment& moment);

}  // namespace flu::serve
