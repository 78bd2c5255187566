// Tested by tests/unit/store/archive_root_test.cpp
#include "tools/dvr/adopt.h"

#include "libcommon/service/state_dir.h"
#include "libcommon/store/archive_root.h"

namespace flu::dvr {

Result<void> adopt(const Request& request) {
  FLU_TRY_ASSIGN(const std::string memory, service::open_state_dir(request.common));
  return store::ArchiveRoot::adopt(request.options.root, memory);
}

}  // namespace flu::dvr
