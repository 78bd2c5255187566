#pragma once

#include <string>

#include <CLI/CLI.hpp>

namespace flu::tls {

struct Options {
  std::string peer;  // HOST:PORT
  std::string ca_file;
  bool is_unverified = false;
};

// Declares every option once; --help, the man page and completion follow from it.
void define_options(CLI::App& cli, Options& options);

}  // namespace flu::tls
