// Tested by tests/e2e/ctl/commands.sh
#include "tools/ctl/server_commands.h"

#include <unistd.h>

#include <chrono>
#include <climits>
#include <cmath>
#include <cstdio>
#include <cstdlib>
#include <ctime>
#include <string>

#include <fmt/format.h>

#include "libcommon/base/text.h"
#include "libcommon/service/process.h"
#include "libcommon/service/table.h"
#include "tools/ctl/client.h"
#include "tools/ctl/config_commands.h"
#include "tools/ctl/launcher.h"

namespace flu::ctl {
namespace {

using nlohmann::json;

constexpr auto kStopTime = std::chrono::seconds(30);
constexpr auto kUpgradeTime = std::chrono::seconds(60);

std::string dump(const json& value) {
  return value.dump(-1, ' ', false, json::error_handler_t::replace);
}

// The server lives elsewhere: it needs the whole path.
std::string absolute(const std::string& path) {
  std::string out = path;
  if (char* real = ::realpath(path.c_str(), nullptr)) {
    out = real;
    std::free(real);
  }
  return out;
}

// Until the process that we asked to stop is gone, telling how many of its own are left.
Result<void> wait_for_end(Client& client, bool is_quiet) {
  const auto server = service::identify_process(client.server_process());
  const auto deadline = std::chrono::steady_clock::now() + kStopTime;
  int shown = -1;
  const auto is_there = [&] {
    const auto now = service::identify_process(client.server_process());
    return server && now && *now == *server;
  };
  while (is_there()) {
    if (std::chrono::steady_clock::now() > deadline) {
      return fail(ErrorCode::kUnavailable, fmt::format("process {} has not stopped within {} s",
                                                       server->pid, kStopTime.count()));
    }
    const auto status = client.ask({{"command", "status"}});
    const int left = status ? static_cast<int>(number_of(*status, "processes")) : 0;
    if (!is_quiet && left != shown && left > 0) {
      fmt::print(stderr, "stopping: {} process{} left\n", left, left == 1 ? "" : "es");
    }
    shown = left;
    ::usleep(100'000);
  }
  return {};
}

void print_changes(const json& reply) {
  const auto line = [&](const char* name) {
    std::string names;
    for (const json& unit : list_of(reply, name)) {
      if (unit.is_string()) names += " " + unit.get<std::string>();
    }
    if (!names.empty()) fmt::print("{}:{}\n", name, names);
  };
  line("started");
  line("restarted");
  line("upgraded");
  line("updated");
  line("stopped");
  fmt::print("untouched: {:.0f}\n", number_of(reply, "unchanged"));
}

Result<void> stop_quietly(const Request& request, bool is_quiet) {
  FLU_TRY_ASSIGN(Client client, Client::connect(request.common));
  FLU_TRY(client.ask({{"command", "stop"}}));
  return wait_for_end(client, is_quiet);
}

}  // namespace

Result<void> start(const Request& request) {
  if (const auto client = Client::connect(request.common)) {
    fmt::print("a server runs already: process {}\n", client->server_process());
    return {};
  }
  const std::string config = absolute(config_path(request));
  FLU_TRY(load_checked(config, true));
  FLU_TRY_ASSIGN(const Launched launched, launch_supervisor(request, config));
  if (request.common.is_json) {
    fmt::print("{}\n", dump({{"ok", true}, {"pid", launched.pid}, {"log", launched.log}}));
  } else {
    fmt::print("started: process {}, log {}\n", launched.pid, launched.log);
  }
  return {};
}

Result<void> stop(const Request& request) {
  FLU_TRY(stop_quietly(request, request.common.is_json));
  fmt::print("{}\n", request.common.is_json ? dump({{"ok", true}}) : "stopped");
  return {};
}

Result<void> restart(const Request& request) {
  const std::string config = absolute(config_path(request));
  // A config that cannot be used must not end a server that runs.
  FLU_TRY(load_checked(config, false));
  if (Client::connect(request.common)) FLU_TRY(stop_quietly(request, request.common.is_json));
  FLU_TRY_ASSIGN(const Launched launched, launch_supervisor(request, config));
  if (request.common.is_json) {
    fmt::print("{}\n", dump({{"ok", true}, {"pid", launched.pid}, {"log", launched.log}}));
  } else {
    fmt::print("started: process {}, log {}\n", launched.pid, launched.log);
  }
  return {};
}

Result<void> reload(const Request& request) {
  FLU_TRY_ASSIGN(Client client, Client::connect(request.common));
  FLU_TRY_ASSIGN(const json reply, client.ask({{"command", "reload"}}));
  const bool is_ok = reply.value("ok", json()) == true;
  if (request.common.is_json) {
    fmt::print("{}\n", dump(reply));
  } else {
    for (const char* kind : {"warnings", "errors"}) {
      for (const json& line : list_of(reply, kind)) {
        if (line.is_string()) fmt::print(stderr, "{}\n", line.get<std::string>());
      }
    }
    if (is_ok) print_changes(reply);
  }
  if (is_ok) return {};
  const auto count = number_of(reply, "error_count", 1);
  return fail(
      ErrorCode::kInvalidArgument,
      fmt::format("reload refused: {:.0f} error{} in the config, the old one stays in force", count,
                  count == 1 ? "" : "s"));
}

namespace {

// "/etc/flu/flu.crt for a.example, 89 days left (last error: ...)"
std::string certificate_text(const json& certificate) {
  std::string out = text_of(certificate, "file");
  std::string names;
  for (const json& name : list_of(certificate, "names")) {
    if (name.is_string()) names += (names.empty() ? " for " : ", ") + name.get<std::string>();
  }
  out += names;
  if (certificate.contains("valid_until")) {
    constexpr double kDay = 86'400;
    const double left =
        number_of(certificate, "valid_until") - static_cast<double>(::time(nullptr));
    out += left < 0 ? ", out of date" : fmt::format(", {:.0f} days left", std::floor(left / kDay));
  }
  const std::string error = text_of(certificate, "error");
  return error.empty() ? out : fmt::format("{} (last error: {})", out, error);
}

}  // namespace

Result<void> upgrade(const Request& request) {
  FLU_TRY_ASSIGN(Client client, Client::connect(request.common));
  FLU_TRY(client.send({{"command", "upgrade"}}));
  FLU_TRY_ASSIGN(const json reply, client.receive(kUpgradeTime));
  if (reply.value("ok", json()) != true) {
    return fail(ErrorCode::kUnavailable,
                fmt::format("not upgraded, the old one serves on: {}", text_of(reply, "error")));
  }
  fmt::print("{}\n", request.common.is_json ? dump({{"ok", true}}) : "flu-serve upgraded");
  return {};
}

Result<void> status(const Request& request) {
  auto client = Client::connect(request.common);
  if (!client) {
    if (request.common.is_json) fmt::print("{}\n", dump({{"ok", false}, {"running", false}}));
    return fail(ErrorCode::kNotFound, client.error().message);
  }
  FLU_TRY_ASSIGN(json reply, client->ask({{"command", "status"}}));
  if (request.common.is_json) {
    reply["running"] = true;
    fmt::print("{}\n", dump(reply));
    return {};
  }
  const auto line = [](std::string_view title, const std::string& value) {
    if (!value.empty()) fmt::print("{:<12}{}\n", title, printable(value));
  };
  line("server",
       fmt::format("flu {}, process {:.0f}, up {}", text_of(reply, "program_version"),
                   number_of(reply, "pid"),
                   service::duration_text(static_cast<std::int64_t>(number_of(reply, "uptime")))));
  line("config", text_of(reply, "config"));
  line("run dir", text_of(reply, "run_dir"));
  line("streams", fmt::format("{:.0f}, {:.0f} running", number_of(reply, "streams"),
                              number_of(reply, "streams_running")));
  for (const json& listener : list_of(reply, "listen")) {
    line("listens", fmt::format("{} {}:{:.0f}", text_of(listener, "proto"),
                                text_of(listener, "addr"), number_of(listener, "port")));
  }
  for (const json& unit : list_of(reply, "units")) {
    for (const json& certificate :
         list_of(unit.value("counters", json::object()), "certificates")) {
      line("certificate", certificate_text(certificate));
    }
    const std::string error = text_of(unit, "last_error");
    line(text_of(unit, "name"),
         text_of(unit, "state") + (error.empty() ? "" : fmt::format(" (last error: {})", error)));
  }
  line("refused", text_of(reply, "config_error"));
  return {};
}

Result<void> version(const Request& request) {
  json out{{"version", FLU_VERSION}, {"server", json()}};
  if (auto client = Client::connect(request.common)) {
    if (const auto reply = client->ask({{"command", "status"}})) {
      out["server"] = text_of(*reply, "program_version");
    }
  }
  if (request.common.is_json) {
    fmt::print("{}\n", dump(out));
  } else {
    fmt::print("flu-ctl {}\nserver  {}\n", FLU_VERSION,
               out["server"].is_string() ? out["server"].get<std::string>() : "does not run");
  }
  return {};
}

}  // namespace flu::ctl
