#pragma once

#include <string>

#include "libcommon/base/result.h"

namespace flu::ingest {

// Where the minute of fake:// lies: $FLU_DATA_DIR/fake.ts, else ../share/flu/fake.ts beside this
// program, which is so installed and in a build tree.
Result<std::string> find_fake_clip();

}  // namespace flu::ingest
