#pragma once

#include <string>
#include <vector>

#include "libcommon/base/result.h"
#include "tools/dvr/options.h"

namespace flu::dvr {

// The streams that a command is for: those it names, else all that something is recorded of.
// kNotFound, with the nearest name there is: nothing is recorded of one.
Result<std::vector<std::string>> streams_of(const Options& options);

}  // namespace flu::dvr
