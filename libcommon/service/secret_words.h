#pragma once

#include <string>
#include <vector>

#include "libcommon/base/result.h"
#include "libcommon/service/common_options.h"

namespace flu::service {

// The words of a command line with the secrets in place of each "@N" (config/secret.h). They are
// looked for in `file`, or, when that is "", in what the supervisor wrote for this unit.
Result<std::vector<std::string>> reveal_words(const std::vector<std::string>& words,
                                              const std::string& file, const CommonOptions& common);

}  // namespace flu::service
