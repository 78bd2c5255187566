#include "libcommon/service/tool.h"

#include <csignal>
#include <cstdio>
#include <exception>
#include <string_view>
#include <utility>

#include <fmt/format.h>

#include "libcommon/service/cli_docs.h"
#include "libcommon/service/exit_code.h"

#ifndef FLU_VERSION
#define FLU_VERSION "0.0.0"
#endif

namespace flu::service {

Tool::Tool(std::string name, std::string summary) : cli_(std::move(summary), std::move(name)) {
  cli_.set_version_flag("-V,--version", FLU_VERSION, "Print the version and exit");
  cli_.set_help_flag("-h,--help", "Print this help and exit");
  cli_.fallthrough();  // common options stand before or after a subcommand
  common_.define(cli_);
}

int Tool::run(int argc, char** argv, const std::function<Result<>()>& body) {
  // For scripts/build-man and completions/flu. Ahead of parse(), where required options would get
  // in its way.
  if (argc == 3 && std::string_view(argv[1]) == "--generate") {
    const std::string_view what = argv[2];
    if (what == "man" || what == "completion") {
      std::fputs((what == "man" ? man_page(cli_) : completion_table(cli_)).c_str(), stdout);
      return static_cast<int>(ExitCode::kOk);
    }
  }
  try {
    cli_.parse(argc, argv);
    set_log(parse_log_level(common_.log_level), cli_.get_name());
    if (std::signal(SIGPIPE, SIG_IGN) == SIG_ERR) {
      return static_cast<int>(ExitCode::kInternal);
    }
    if (const auto done = body(); !done) {
      fmt::print(stderr, "{}: {}\n", cli_.get_name(), done.error().message);
      return static_cast<int>(to_exit_code(done.error().code));
    }
    return static_cast<int>(ExitCode::kOk);
  } catch (const CLI::ParseError& error) {
    return cli_.exit(error) == 0 ? static_cast<int>(ExitCode::kOk)
                                 : static_cast<int>(ExitCode::kUsage);
  } catch (const std::exception& error) {
    fmt::print(stderr, "{}: internal error: {}\n", cli_.get_name(), error.what());
    return static_cast<int>(ExitCode::kInternal);
  }
}

}  // namespace flu::service
