#include "tools/dvr/options.h"

namespace flu::dvr {
namespace {

CLI::App* add(CLI::App& parent, Options& options, const std::string& name,
              const std::string& help) {
  CLI::App* command = parent.add_subcommand(name, help);
  command->callback([&options, name] { options.command = name; });
  command->fallthrough();  // common options stand before or after a subcommand
  return command;
}

}  // namespace

void define_options(CLI::App& cli, Options& options) {
  cli.add_option("--root", options.root, "The folder that archives lie in")
      ->envname("FLU_DVR_ROOT")
      ->required()
      ->type_name("DIR");
  add(cli, options, "adopt", "Record to this folder from now on, though another one was there");
  cli.require_subcommand(1);
}

}  // namespace flu::dvr
