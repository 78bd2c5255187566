// Tested by tests/e2e/ctl/commands.sh
#include "tools/ctl/ctl.h"

#include <fmt/format.h>

#include "tools/ctl/config_commands.h"
#include "tools/ctl/events.h"
#include "tools/ctl/server_commands.h"
#include "tools/ctl/session_commands.h"
#include "tools/ctl/stream_commands.h"
#include "tools/ctl/top.h"

namespace flu::ctl {
namespace {

struct Command {
  std::string_view name;
  Result<void> (*run)(const Request&);
};

constexpr Command kCommands[] = {
    {"start", start},
    {"stop", stop},
    {"restart", restart},
    {"reload", reload},
    {"upgrade", upgrade},
    {"status", status},
    {"version", version},
    {"streams", list_streams},
    {"stream", show_stream},
    {"restart-stream", restart_stream},
    {"switch-source", switch_source},
    {"explain", explain},
    {"sessions", list_sessions},
    {"close-session", close_session},
    {"plan", plan},
    {"config check", check_config},
    {"events", events},
    {"top", top},
};

}  // namespace

Result<void> run(const Options& options, const service::CommonOptions& common) {
  for (const Command& command : kCommands) {
    if (command.name == options.command) return command.run(Request{options, common});
  }
  return fail(ErrorCode::kInvalidArgument, fmt::format("no command '{}'", options.command));
}

}  // namespace flu::ctl
