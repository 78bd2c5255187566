#pragma once

#include <string>

#include "libcommon/base/result.h"
#include "libcommon/base/unique_fd.h"

namespace flu::store {

// Who removes something of an archive, locks a part of it, or begins an hour in it holds
// ROOT/STREAM/clean.lock meanwhile: so an hour cannot be opened while it is removed, nor locked.
// Held for one step at a time; the recorder waits for it.
class CleanLock {
 public:
  // Waits. Not to be taken twice by one process at a time: it would wait for itself.
  static Result<CleanLock> take(const std::string& folder);

 private:
  explicit CleanLock(UniqueFd file) : file_(std::move(file)) {}

  UniqueFd file_;
};

// Does a process record into that folder? Asked while the CleanLock is held, none can begin.
Result<bool> is_recorded(const std::string& folder);

}  // namespace flu::store
