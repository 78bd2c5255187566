// Tested by tests/e2e/supervisor/check-config.sh
#include "tools/supervisor/config_file.h"

#include "libcommon/base/bytes.h"
#include "libcommon/config/limits.h"
#include "libcommon/io/file.h"
#include "libcommon/service/certificate_files.h"

namespace flu::supervisor {

Result<ConfigFile> read_config(const std::string& path) {
  const auto content = io::read_file(path, config::kMaxConfigSize);
  if (!content) return fail(ErrorCode::kInvalidArgument, "config: " + content.error().message);
  ConfigFile file;
  file.loaded = config::load_config(as_text(*content));
  service::warn_of_certificates(file.loaded, path);
  for (const config::Diagnostic& diagnostic : file.loaded.diagnostics.all()) {
    const bool is_error = diagnostic.severity == config::Severity::kError;
    (is_error ? file.errors : file.warnings).push_back(to_text(diagnostic, path));
  }
  return file;
}

}  // namespace flu::supervisor
