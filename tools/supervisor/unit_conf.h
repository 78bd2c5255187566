#pragma once

#include <vector>

#include "libcommon/base/result.h"
#include "libcommon/config/plan.h"
#include "libcommon/service/run_dir.h"
#include "tools/supervisor/unit_record.h"

namespace flu::supervisor {

// RUN_DIR/conf/UNIT.json, for the owner alone: the secrets of a unit's command line. Without any
// there is no file.
Result<void> write_unit_conf(const service::RunDir& run_dir, const config::Unit& unit);
void remove_unit_conf(const service::RunDir& run_dir, const std::string& unit);

// Those that a killed supervisor left, of units that do not run.
void remove_stale_unit_conf(const service::RunDir& run_dir, const std::vector<UnitRecord>& running);

}  // namespace flu::supervisor
