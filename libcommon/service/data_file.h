#pragma once

#include <string>
#include <string_view>

#include "libcommon/base/result.h"

namespace flu::service {

// A file that is installed with the programs: in $FLU_DATA_DIR, else in ../share/flu beside the
// program, as in the build tree. kNotFound names both places.
Result<std::string> find_data_file(std::string_view name);

}  // namespace flu::service
