// Tested by tests/unit/dvr/options_test.cpp
#include "tools/dvr/dvr.h"

#include <fmt/format.h>

#include "tools/dvr/adopt.h"
#include "tools/dvr/cleanup.h"
#include "tools/dvr/export.h"
#include "tools/dvr/locks.h"
#include "tools/dvr/ls.h"
#include "tools/dvr/record/recorder.h"
#include "tools/dvr/request.h"

namespace flu::dvr {
namespace {

struct Command {
  std::string_view name;
  Result<void> (*run)(const Request&);
};

constexpr Command kCommands[] = {
    {"record", record},       {"ls", ls},     {"adopt", adopt},   {"cleanup", clean_up},
    {"export", export_movie}, {"lock", lock}, {"unlock", unlock}, {"locks", list_locks},
};

}  // namespace

Result<void> run(const Options& options, const service::CommonOptions& common) {
  for (const Command& command : kCommands) {
    if (command.name == options.command) return command.run(Request{options, common});
  }
  return fail(ErrorCode::kInvalidArgument, fmt::format("no command '{}'", options.command));
}

}  // namespace flu::dvr
