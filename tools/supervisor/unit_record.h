#pragma once

#include <string>
#include <vector>

#include "libcommon/base/result.h"
#include "libcommon/config/plan.h"
#include "libcommon/service/process.h"
#include "libcommon/service/run_dir.h"

namespace flu::supervisor {

// RUN_DIR/units/UNIT.json: which process a unit is, for the supervisor that comes after a killed
// one.
struct UnitRecord {
  std::string unit;
  std::string stream;
  std::string hash;  // of the plan that it was started from
  service::ProcessIdentity process;
  std::string boot_id;
};

Result<void> write_record(const service::RunDir& run_dir, const UnitRecord& record);
void remove_record(const service::RunDir& run_dir, const std::string& unit);

// Those of processes that may still run: of this boot. Others, and what cannot be read, are
// removed.
std::vector<UnitRecord> read_records(const service::RunDir& run_dir, const std::string& boot_id);

}  // namespace flu::supervisor
