// Tested by tests/e2e/ctl/commands.sh
#include "tools/ctl/stream_commands.h"

#include <cstdio>
#include <string>
#include <vector>

#include <fmt/format.h>

#include "libcommon/base/text.h"
#include "libcommon/config/secret.h"
#include "libcommon/service/table.h"
#include "tools/ctl/client.h"
#include "tools/ctl/stream_row.h"

namespace flu::ctl {
namespace {

using nlohmann::json;

std::string dump(const json& value) {
  return value.dump(-1, ' ', false, json::error_handler_t::replace);
}

void print_units(const json& stream) {
  service::Table table(
      {{"UNIT"}, {"STATE"}, {"PID", true}, {"UPTIME", true}, {"RESTARTS", true}, {"LAST ERROR"}});
  for (const json& unit : list_of(stream, "units")) {
    const double pid = number_of(unit, "pid");
    table.add({text_of(unit, "name"), text_of(unit, "state"),
               pid > 0 ? fmt::format("{:.0f}", pid) : "-",
               unit.contains("uptime")
                   ? service::duration_text(static_cast<std::int64_t>(number_of(unit, "uptime")))
                   : "-",
               fmt::format("{:.0f}", number_of(unit, "restarts")), text_of(unit, "last_error")});
  }
  fmt::print("{}", table.to_text());
}

}  // namespace

Result<void> list_streams(const Request& request) {
  FLU_TRY_ASSIGN(const Client client, Client::connect(request.common));
  FLU_TRY_ASSIGN(const json state, read_state(client.run_dir(), "streams"));
  if (request.common.is_json) {
    fmt::print("{}\n", dump(list_of(state, "streams")));
    return {};
  }
  service::Table table(stream_columns());
  for (const json& stream : list_of(state, "streams")) table.add(stream_row(stream));
  fmt::print("{}", table.to_text());
  return {};
}

Result<void> show_stream(const Request& request) {
  FLU_TRY_ASSIGN(Client client, Client::connect(request.common));
  FLU_TRY_ASSIGN(const json reply,
                 client.ask({{"command", "stream"}, {"name", request.options.name}}));
  const json stream = reply.value("stream", json::object());
  if (request.common.is_json) {
    fmt::print("{}\n", dump(stream));
    return {};
  }
  const auto line = [](std::string_view title, const std::string& value) {
    if (!value.empty()) fmt::print("{:<12}{}\n", title, printable(value));
  };
  line("name", text_of(stream, "name"));
  line("state", text_of(stream, "state"));
  line("kind", stream.value("static", json()) == true ? "static" : "on demand");
  line("title", text_of(stream, "title"));
  line("comment", text_of(stream, "comment"));
  for (const json& url : list_of(stream, "urls"))
    line("url", url.is_string() ? url.get<std::string>() : "");
  line("bitrate", bitrate_of(stream));
  line("tracks", tracks_of(stream));
  line("last error", text_of(stream, "last_error"));
  fmt::print("\n");
  print_units(stream);
  return {};
}

Result<void> restart_stream(const Request& request) {
  FLU_TRY_ASSIGN(Client client, Client::connect(request.common));
  const bool is_resync = request.options.is_resyncing;
  FLU_TRY(client.ask(
      {{"command", "restart-stream"}, {"name", request.options.name}, {"resync", is_resync}}));
  fmt::print("{}: restarting{}\n", request.options.name, is_resync ? ", its times begin anew" : "");
  return {};
}

Result<void> switch_source(const Request& request) {
  FLU_TRY_ASSIGN(Client client, Client::connect(request.common));
  FLU_TRY(client.ask({{"command", "switch-source"},
                      {"name", request.options.name},
                      {"url", request.options.url}}));
  fmt::print("{}: asked for {}; the event source_switch tells when it plays\n",
             request.options.name, config::hide_secrets(request.options.url));
  return {};
}

}  // namespace flu::ctl
