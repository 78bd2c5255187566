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

CLI::Option* add_names(CLI::App* command, Options& options, const std::string& help) {
  return command->add_option("NAME", options.names, help)->type_name("NAME");
}

}  // namespace

void define_options(CLI::App& cli, Options& options) {
  cli.add_option("--root", options.root, "The folder that archives lie in")
      ->envname("FLU_DVR_ROOT")
      ->required()
      ->type_name("DIR");
  CLI::App* record = add(cli, options, "record", "Record live streams, until it is stopped");
  record
      ->add_option("--conf", options.conf,
                   "What is recorded, and how, as the supervisor writes it; read again when it is "
                   "replaced (default, without names: that of the supervisor)")
      ->type_name("FILE");
  add_names(record, options, "Streams that are recorded; they may come and go");
  add(cli, options, "adopt", "Record to this folder from now on, though another one was there");
  cli.require_subcommand(1);
}

}  // namespace flu::dvr
