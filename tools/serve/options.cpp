#include "tools/serve/options.h"

namespace flu::serve {

void define_options(CLI::App& cli, Options& options) {
  cli.add_option("--http", options.http,
                 "Listen for HTTP here; may be given several times. Port 0 takes a free one")
      ->type_name("[IP:]PORT")
      ->expected(1)
      ->take_all()
      ->capture_default_str();
  cli.add_option("--workers", options.workers, "Worker processes; 0 is one a core")
      ->type_name("N")
      ->check(CLI::Range(0U, 256U))
      ->capture_default_str();
  cli.add_option("--access-log", options.access_log, "Append a line for each answer to this file")
      ->type_name("FILE");
}

}  // namespace flu::serve
