#pragma once

#include <string>

#include <CLI/CLI.hpp>

namespace flu::supervisor {

struct Options {
  std::string config = "/etc/flu/flu.conf";
  bool is_check = false;
  std::string program_dir;  // "": the folder of this program
};

void define_options(CLI::App& cli, Options& options);

}  // namespace flu::supervisor
