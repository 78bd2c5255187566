#pragma once

#include <string>
#include <string_view>

#include "libcommon/base/bytes.h"
#include "libcommon/base/result.h"

namespace flu::store {

// Barriers: what was written before is on the disk when they return.

Result<void> sync_data(int fd, std::string_view what);  // a file's bytes and size
Result<void> sync_folder(const std::string& path);      // the names in it

// As io::replace_file, and durable: after a power cut there is the old content or the new one.
Result<void> replace_durably(const std::string& path, Bytes content, unsigned mode = 0640);

}  // namespace flu::store
