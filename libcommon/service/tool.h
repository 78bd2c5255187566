#pragma once

#include <functional>
#include <string>

#include <CLI/CLI.hpp>

#include "libcommon/base/result.h"
#include "libcommon/service/common_options.h"

namespace flu::service {

// The frame every flu executable shares: the common options, one line on standard error and an
// exit code for an Error, SIGPIPE ignored, and nothing else escapes main().
class Tool {
 public:
  Tool(std::string name, std::string summary);

  // Options, subcommands and their help text; also the source of the man page and completion.
  CLI::App& cli() { return cli_; }
  const CommonOptions& common() const { return common_; }

  // Parses, then calls `body`. Returns the process exit code.
  int run(int argc, char** argv, const std::function<Result<>()>& body);

 private:
  int run_parsed(const std::function<Result<>()>& body);

  CLI::App cli_;
  CommonOptions common_;
};

}  // namespace flu::service
