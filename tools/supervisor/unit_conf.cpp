// Tested by tests/e2e/supervisor/secrets.sh
#include "tools/supervisor/unit_conf.h"

#include <unistd.h>

#include <algorithm>
#include <filesystem>
#include <string>

#include "libcommon/base/bytes.h"
#include "libcommon/config/secret.h"
#include "libcommon/io/file.h"

namespace flu::supervisor {
namespace {

constexpr std::string_view kUnits = "ingest@";  // the only ones with secrets

std::string path_of(const service::RunDir& run_dir, const std::string& unit) {
  return run_dir.conf() + "/" + config::unit_file(unit);
}

}  // namespace

Result<void> write_unit_conf(const service::RunDir& run_dir, const config::Unit& unit) {
  if (unit.secrets.empty()) return {};
  return io::replace_file(path_of(run_dir, unit.name),
                          as_bytes(config::write_secrets(unit.secrets)), 0600);
}

void remove_unit_conf(const service::RunDir& run_dir, const std::string& unit) {
  if (unit.starts_with(kUnits)) ::unlink(path_of(run_dir, unit).c_str());
}

void remove_stale_unit_conf(const service::RunDir& run_dir,
                            const std::vector<UnitRecord>& running) {
  std::error_code error;
  for (const auto& entry : std::filesystem::directory_iterator(run_dir.conf(), error)) {
    const std::string name = entry.path().filename().string();
    const bool is_used = std::any_of(running.begin(), running.end(), [&](const UnitRecord& record) {
      return config::unit_file(record.unit) == name;
    });
    if (name.starts_with(kUnits) && !is_used) ::unlink(entry.path().c_str());
  }
}

}  // namespace flu::supervisor
