#include "libcommon/service/tool.h"

#include <fcntl.h>
#include <unistd.h>

#include <cerrno>
#include <csignal>
#include <cstdio>
#include <cstring>
#include <exception>
#include <memory>
#include <string_view>
#include <utility>

#include <fmt/format.h>

#include "libcommon/service/cli_docs.h"
#include "libcommon/service/exit_code.h"
#include "libcommon/service/usage_error.h"

#ifndef FLU_VERSION
#define FLU_VERSION "0.0.0"
#endif

namespace flu::service {
namespace {

int exit_status(ExitCode code) {
  return static_cast<int>(code);
}

// A parent may start us with standard descriptors closed; a socket that got one of their numbers
// would receive our log.
void open_standard_descriptors() {
  for (int fd = STDIN_FILENO; fd <= STDERR_FILENO; ++fd) {
    if (::fcntl(fd, F_GETFD) == -1 && errno == EBADF) ::open("/dev/null", O_RDWR);
  }
}

// What was printed may lie in stdio's buffer until now: a full disk is an error, a reader who left
// is not.
Result<> flush_standard_output() {
  if (std::fflush(stdout) == 0 || errno == EPIPE) return {};
  return fail(ErrorCode::kUnavailable,
              fmt::format("write to standard output: {}", std::strerror(errno)));
}

}  // namespace

Tool::Tool(std::string name, std::string summary) : cli_(std::move(summary), std::move(name)) {
  cli_.set_version_flag("-V,--version", cli_.get_name() + " " FLU_VERSION,
                        "Print the version and exit");
  cli_.set_help_flag("-h,--help", "Print this help and exit");
  cli_.formatter(std::make_shared<HelpFormatter>());
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
      return exit_status(ExitCode::kOk);
    }
  }
  open_standard_descriptors();
  try {
    cli_.parse(argc, argv);
    return run_parsed(body);
  } catch (const CLI::Success& help_or_version) {
    cli_.exit(help_or_version);
    return exit_status(ExitCode::kOk);
  } catch (const CLI::ParseError& error) {
    fmt::print(stderr, "{}: {}\n", cli_.get_name(), usage_error(cli_, error));
    return exit_status(ExitCode::kUsage);
  } catch (const std::exception& error) {
    fmt::print(stderr, "{}: internal error: {}\n", cli_.get_name(), error.what());
    return exit_status(ExitCode::kInternal);
  }
}

int Tool::run_parsed(const std::function<Result<>()>& body) {
  set_log(parse_log_level(common_.log_level), cli_.get_name());
  struct sigaction ignore {};
  ignore.sa_handler = SIG_IGN;
  ::sigaction(SIGPIPE, &ignore, nullptr);  // fails only for a number that is no signal
  Result<> done = body();
  if (done) done = flush_standard_output();
  if (!done) {
    fmt::print(stderr, "{}: {}\n", cli_.get_name(), done.error().message);
    return exit_status(to_exit_code(done.error().code));
  }
  return exit_status(ExitCode::kOk);
}

}  // namespace flu::service
