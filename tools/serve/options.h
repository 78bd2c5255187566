#pragma once

#include <string>
#include <vector>

#include <CLI/CLI.hpp>

namespace flu::serve {

struct Options {
  std::vector<std::string> http{"8080"};  // [IP:]PORT
  unsigned workers = 0;                   // 0: one a core
  std::string access_log;
};

void define_options(CLI::App& cli, Options& options);

}  // namespace flu::serve
