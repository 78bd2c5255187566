// Tested by tests/e2e/demux/messages.sh
#include "tools/demux/options.h"

namespace flu::demux {

void define_options(CLI::App& cli, Options& options) {
  cli.add_option("--name", options.name, "What messages call the source, instead of its URL")
      ->type_name("TEXT");
  cli.add_option(
         "--conf", options.conf,
         "A JSON file, {\"version\": 1, \"secrets\": [\"...\"]}, with the URLs and options "
         "that @1, @2 and so on stand for, so that nobody sees them in the list of processes")
      ->type_name("FILE");
  cli.add_option("url", options.words,
                 "A URL such as rtsp://HOST/PATH, or the path of a file, and its options as "
                 "option=value")
      ->required()
      ->type_name("URL");
}

}  // namespace flu::demux
