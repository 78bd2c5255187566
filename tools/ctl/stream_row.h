#pragma once

#include <string>
#include <vector>

#include <nlohmann/json.hpp>

#include "libcommon/service/table.h"

namespace flu::ctl {

// One stream of state/streams.json as a line of a table.
std::vector<service::Table::Column> stream_columns();
std::vector<std::string> stream_row(const nlohmann::json& stream);

std::string bitrate_of(const nlohmann::json& stream);  // "" when not known
std::string tracks_of(const nlohmann::json& stream);   // "h264 1280x720, aac 48000 eng"

}  // namespace flu::ctl
