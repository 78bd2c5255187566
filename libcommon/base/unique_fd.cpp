#include "libcommon/base/unique_fd.h"

#include <unistd.h>

namespace flu {

void UniqueFd::reset(int fd) {
  const int old = std::exchange(fd_, fd);
  if (old >= 0) static_cast<void>(::close(old));  // there is nobody to tell
}

}  // namespace flu
