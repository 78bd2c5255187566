#pragma once

#include <string>

#include "libcommon/base/result.h"
#include "libcommon/base/unique_fd.h"

namespace flu::hub {

// Makes the folder. The right to write a stream's window, held while the descriptor is open.
// kUnavailable when another process has it; the message names that one's pid.
Result<UniqueFd> lock_stream(const std::string& folder, const std::string& name);

// The lock's holder leaves nothing behind.
void remove_stream_folder(const std::string& folder);

}  // namespace flu::hub
