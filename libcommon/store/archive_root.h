#pragma once

#include <string>
#include <string_view>

#include "libcommon/base/result.h"
#include "libcommon/base/unique_fd.h"

namespace flu::store {

// The folder that archives lie in, for who writes them. Everything goes through a descriptor of it,
// so that nothing is ever written where a disk is not mounted: a root used before has the file
// .flu-root, and who used it remembers what stands in it.
class ArchiveRoot {
 public:
  // Of `path`, which is made where it is not there. `memory` is a folder that outlives the root's
  // disk: what each root was is kept there. kUnavailable where the root was in use before and its
  // mark is missing: its disk is not mounted.
  static Result<ArchiveRoot> open(const std::string& path, const std::string& memory);

  // For who works with what is recorded: nothing is made or remembered. kNotFound where no archive
  // was recorded.
  static Result<ArchiveRoot> open_existing(const std::string& path, const std::string& memory);

  // Takes the folder for this root from now on, though another was known under its path.
  static Result<void> adopt(const std::string& path, const std::string& memory);

  [[nodiscard]] const std::string& path() const { return path_; }  // for people
  // The folder itself, wherever it is mounted now: what paths begin with.
  [[nodiscard]] const std::string& base() const { return base_; }

  // Is `path` still this folder? No: its disk was unmounted, or another mounted over it.
  [[nodiscard]] bool is_in_place() const;

  // A barrier over the whole file system: all that was written before is durable.
  [[nodiscard]] Result<void> sync() const;

  // An error's text with the path as people know it.
  [[nodiscard]] Error readable(Error error) const;

 private:
  ArchiveRoot() = default;

  Result<void> open_folder(const std::string& path);

  std::string path_;
  std::string base_;
  UniqueFd folder_;
};

}  // namespace flu::store
