#pragma once

#include <string>
#include <vector>

#include <CLI/CLI.hpp>

namespace flu::demux {

struct Options {
  std::vector<std::string> words;  // URL [option=value...]: see target.h
  std::string conf;                // a file with what @N in `words` stands for
  std::string name;                // of the source in messages, instead of the URL
};

// Declares every option once; --help, the man page and completion follow from it.
void define_options(CLI::App& cli, Options& options);

}  // namespace flu::demux
