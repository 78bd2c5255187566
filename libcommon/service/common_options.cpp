#include "libcommon/service/common_options.h"

namespace flu::service {

void CommonOptions::define(CLI::App& cli) {
  cli.add_option("--run-dir", run_dir, "Directory of sockets and live windows")
      ->envname("FLU_RUN_DIR")
      ->type_name("DIR");
  cli.add_option("--state-dir", state_dir, "Directory of what must survive a reboot")
      ->envname("FLU_STATE_DIR")
      ->type_name("DIR");
  cli.add_option("--log-level", log_level, "How much to say on standard error")
      ->type_name("LEVEL")
      ->check(CLI::IsMember({"debug", "info", "alert"}))
      ->capture_default_str();
  cli.add_flag("--json", is_json, "Print machine-readable output");
  cli.add_flag("--status", is_status, "Print status and counters as JSON lines on standard error");
  cli.add_option("--ready-fd", ready_fd,
                 "Write one JSON line to this descriptor when ready, then close it")
      ->type_name("N");
}

LogLevel parse_log_level(const std::string& name) {
  if (name == "debug") return LogLevel::kDebug;
  if (name == "alert") return LogLevel::kAlert;
  return LogLevel::kInfo;
}

}  // namespace flu::service
