// Tested by tests/e2e/supervisor/adopt.sh
#include "tools/supervisor/unit_record.h"

#include <unistd.h>

#include <filesystem>

#include <nlohmann/json.hpp>

#include "libcommon/base/bytes.h"
#include "libcommon/base/log.h"
#include "libcommon/io/file.h"

namespace flu::supervisor {
namespace {

using nlohmann::json;

constexpr std::size_t kMaxRecord = 65536;

std::string path_of(const service::RunDir& run_dir, const std::string& unit) {
  return run_dir.units() + "/" + config::unit_file(unit);
}

template <typename T>
T value_of(const json& object, const char* name, T otherwise) {
  const auto found = object.find(name);
  if (found == object.end()) return otherwise;
  if constexpr (std::is_same_v<T, std::string>) {
    return found->is_string() ? found->get<std::string>() : otherwise;
  } else {
    return found->is_number_integer() ? found->get<T>() : otherwise;
  }
}

}  // namespace

Result<void> write_record(const service::RunDir& run_dir, const UnitRecord& record) {
  const json text{{"unit", record.unit},
                  {"stream", record.stream},
                  {"hash", record.hash},
                  {"pid", record.process.pid},
                  {"start_time", record.process.start_time},
                  {"boot_id", record.boot_id}};
  return io::replace_file(path_of(run_dir, record.unit), as_bytes(text.dump() + "\n"), 0600);
}

void remove_record(const service::RunDir& run_dir, const std::string& unit) {
  ::unlink(path_of(run_dir, unit).c_str());
}

std::vector<UnitRecord> read_records(const service::RunDir& run_dir, const std::string& boot_id) {
  std::vector<UnitRecord> out;
  std::error_code error;
  for (const auto& entry : std::filesystem::directory_iterator(run_dir.units(), error)) {
    const std::string path = entry.path().string();
    UnitRecord record;
    if (const auto content = io::read_file(path, kMaxRecord)) {
      const json object = json::parse(content->begin(), content->end(), nullptr, false);
      if (object.is_object()) {
        record.unit = value_of<std::string>(object, "unit", "");
        record.stream = value_of<std::string>(object, "stream", "");
        record.hash = value_of<std::string>(object, "hash", "");
        record.boot_id = value_of<std::string>(object, "boot_id", "");
        record.process.pid = value_of<pid_t>(object, "pid", 0);
        record.process.start_time = value_of<std::uint64_t>(object, "start_time", 0);
      }
    }
    const bool is_valid = record.process.pid > 1 && record.boot_id == boot_id &&
                          path == path_of(run_dir, record.unit);
    if (is_valid) {
      out.push_back(std::move(record));
    } else {
      log_debug("{}: of no process that can still run", path);
      ::unlink(path.c_str());
    }
  }
  return out;
}

}  // namespace flu::supervisor
