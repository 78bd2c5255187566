// Tested by tests/e2e/ctl/commands.sh
#include "tools/ctl/config_commands.h"

#include <cstdio>
#include <cstdlib>
#include <vector>

#include <fmt/format.h>
#include <nlohmann/json.hpp>

#include "libcommon/base/bytes.h"
#include "libcommon/base/text.h"
#include "libcommon/config/limits.h"
#include "libcommon/config/plan.h"
#include "libcommon/config/shell.h"
#include "libcommon/config/suggestion.h"
#include "libcommon/io/file.h"
#include "libcommon/service/certificate_files.h"
#include "tools/ctl/client.h"

namespace flu::ctl {
namespace {

using nlohmann::json;

Result<config::LoadedConfig> load(const std::string& path) {
  const auto content = io::read_file(path, config::kMaxConfigSize);
  if (!content) return fail(ErrorCode::kInvalidArgument, "config: " + content.error().message);
  config::LoadedConfig loaded = config::load_config(as_text(*content));
  service::warn_of_certificates(loaded, path);
  return loaded;
}

std::string count_text(std::size_t count, std::string_view noun) {
  return fmt::format("{} {}{}", count, noun, count == 1 ? "" : "s");
}

// The run directory, unless the environment names it to whatever runs in this shell.
std::string named_run_dir(const Request& request) {
  const char* known = std::getenv("FLU_RUN_DIR");
  return known != nullptr && request.common.run_dir == known ? "" : request.common.run_dir;
}

json unit_json(const config::Unit& unit) {
  return {{"name", unit.name},
          {"stream", unit.stream},
          {"command", unit.shown()},
          {"restart", unit.policy == config::RunPolicy::kAlways ? "always" : "while-wanted"},
          {"after", unit.after},
          {"hash", unit.hash}};
}

}  // namespace

std::string config_path(const Request& request) {
  if (!request.options.config.empty()) return request.options.config;
  if (auto client = Client::connect(request.common)) {
    if (const auto status = client->ask({{"command", "status"}})) {
      std::string path = text_of(*status, "config");
      if (!path.empty()) return path;
    }
  }
  return "/etc/flu/flu.conf";
}

Result<config::ServerConfig> load_checked(const std::string& path, bool with_warnings) {
  FLU_TRY_ASSIGN(config::LoadedConfig loaded, load(path));
  std::size_t errors = 0;
  for (const config::Diagnostic& diagnostic : loaded.diagnostics.all()) {
    const bool is_error = diagnostic.severity == config::Severity::kError;
    if (is_error) ++errors;
    if (is_error || with_warnings) fmt::print(stderr, "{}\n", to_text(diagnostic, path));
  }
  if (errors > 0) {
    return fail(ErrorCode::kInvalidArgument,
                fmt::format("config {}: {}", path, count_text(errors, "error")));
  }
  return std::move(loaded.server);
}

Result<void> explain(const Request& request) {
  const std::string path = config_path(request);
  FLU_TRY_ASSIGN(const config::ServerConfig server, load_checked(path, false));
  std::vector<std::string_view> names;
  for (const config::StreamConfig& stream : server.streams) {
    names.push_back(stream.name);
    if (stream.name != request.options.name) continue;
    const std::string line = config::explain(stream, named_run_dir(request));
    if (request.common.is_json) {
      fmt::print("{}\n", json{{"name", stream.name}, {"command", line}}.dump());
    } else {
      fmt::print("{}\n", line);
    }
    return {};
  }
  return fail(ErrorCode::kNotFound,
              fmt::format("config {}: no stream '{}'{}", path, printable(request.options.name),
                          config::did_you_mean(request.options.name, names)));
}

Result<void> plan(const Request& request) {
  FLU_TRY_ASSIGN(const config::ServerConfig server, load_checked(config_path(request), false));
  const auto units = config::plan(server);
  if (request.common.is_json) {
    json out = json::array();
    for (const config::Unit& unit : units) out.push_back(unit_json(unit));
    fmt::print("{}\n", out.dump());
    return {};
  }
  for (const config::Unit& unit : units) {
    fmt::print("{}: {}{}\n", unit.name, unit.to_text(),
               unit.policy == config::RunPolicy::kAlways ? "" : "  # while wanted");
  }
  return {};
}

Result<void> check_config(const Request& request) {
  const std::string path = config_path(request);
  if (!request.common.is_json) {
    FLU_TRY_ASSIGN(const config::ServerConfig server, load_checked(path, true));
    fmt::print("{}: good, {}\n", path, count_text(server.streams.size(), "stream"));
    return {};
  }
  FLU_TRY_ASSIGN(const config::LoadedConfig loaded, load(path));
  json out{{"file", path}, {"ok", !loaded.diagnostics.has_errors()}};
  out["diagnostics"] = json::array();
  for (const config::Diagnostic& diagnostic : loaded.diagnostics.all()) {
    const bool is_error = diagnostic.severity == config::Severity::kError;
    out["diagnostics"].push_back({{"severity", is_error ? "error" : "warning"},
                                  {"line", diagnostic.line},
                                  {"message", diagnostic.message}});
  }
  fmt::print("{}\n", out.dump(-1, ' ', false, json::error_handler_t::replace));
  if (loaded.diagnostics.has_errors()) {
    return fail(ErrorCode::kInvalidArgument, fmt::format("config {}: not usable", path));
  }
  return {};
}

}  // namespace flu::ctl
