#pragma once

#include <memory>
#include <string>

#include "libcommon/base/bytes.h"
#include "libcommon/base/unique_fd.h"
#include "libcommon/segment/index_record.h"

namespace flu::dvr {

// A segment of a live window on its way to the archive. Its file is open, so that it can be read
// after the window has dropped it.
struct Item {
  std::string stream;
  segment::IndexRecord record;
  UniqueFd file;
  std::shared_ptr<const Buffer> init;
};

}  // namespace flu::dvr
