#pragma once

#include <string>
#include <vector>

#include <CLI/CLI.hpp>

namespace flu::ingest {

struct Options {
  std::vector<std::string> words;  // URL [option=value...] ...: see source_url.h
  std::string format = "flu";
  std::string to;            // a stream's name: connect to its hub instead of standard output
  unsigned retry_limit = 0;  // 0: no limit
  std::vector<std::string> locations;  // PREFIX=DIRECTORY
  std::string backup;                  // URL, played when all sources are lost
  std::string frames_timeout;
  std::string conf;  // a file with what @N in `words` stands for
  bool is_fast = false;
  bool is_looped = false;
  bool is_share = false;
};

// Declares every option once; --help, the man page and completion follow from it.
void define_options(CLI::App& cli, Options& options);

}  // namespace flu::ingest
