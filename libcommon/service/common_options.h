#pragma once

#include <string>

#include <CLI/CLI.hpp>

#include "libcommon/base/log.h"

namespace flu::service {

// The options that mean the same in every tool.
struct CommonOptions {
  std::string run_dir;    // --run-dir; empty: find_run_dir() decides
  std::string state_dir;  // --state-dir; empty: /var/lib/flu or the user's own
  std::string log_level = "info";
  bool is_json = false;    // --json
  bool is_status = false;  // --status: what a supervisor would be told goes to standard error
  int ready_fd = -1;       // --ready-fd

  void define(CLI::App& cli);
};

LogLevel parse_log_level(const std::string& name);

}  // namespace flu::service
