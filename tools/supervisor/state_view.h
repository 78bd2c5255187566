#pragma once

#include <string>

#include <nlohmann/json.hpp>

#include "tools/supervisor/fleet.h"

namespace flu::supervisor {

// The state that all faces read (RUN_DIR/state/*.json, docs/state.md): pure, from the units as they
// are.

nlohmann::json describe_unit(const UnitRunner& unit, MonotonicTime now);
nlohmann::json describe_stream(const Fleet& fleet, const config::StreamConfig& stream,
                               MonotonicTime now);

// RUN_DIR/conf/serve.json; `wwwroot` is where logos lie
nlohmann::json describe_conf(const config::ServerConfig& server, const std::string& wwwroot);
// RUN_DIR/conf/thumb.json: the streams of which there are JPEG pictures
nlohmann::json describe_thumb_conf(const config::ServerConfig& server);

// RUN_DIR/conf/dvr@ROOT.json: the streams that are recorded to a root, and how
nlohmann::json describe_dvr_conf(const Fleet& fleet, const std::string& root);
// RUN_DIR/conf/auth.json
nlohmann::json describe_auth_conf(const config::ServerConfig& server);

// streams.json
nlohmann::json describe_streams(const Fleet& fleet, MonotonicTime now);

struct ServerFacts {
  std::string config_path;
  std::string config_error;  // why the last reload was refused, or ""
  std::int64_t started_utc_ms = 0;
  MonotonicTime started{};
};

// server.json
nlohmann::json describe_server(const Fleet& fleet, const ServerFacts& facts, MonotonicTime now);

}  // namespace flu::supervisor
