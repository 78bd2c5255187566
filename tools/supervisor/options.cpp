// Tested by tests/e2e/supervisor/check-config.sh
#include "tools/supervisor/options.h"

namespace flu::supervisor {

void define_options(CLI::App& cli, Options& options) {
  cli.add_option("--config", options.config, "The config file")
      ->envname("FLU_CONFIG")
      ->type_name("FILE")
      ->capture_default_str();
  cli.add_flag("--check", options.is_check,
               "Say what is wrong with the config and exit: 0 nothing, 2 something");
  cli.add_option("--program-dir", options.program_dir,
                 "Where the programs of the units are (default: beside this one, then $PATH)")
      ->type_name("DIR");
}

}  // namespace flu::supervisor
