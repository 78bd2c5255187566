#pragma once

#include <array>
#include <cstdint>
#include <map>
#include <optional>
#include <string>
#include <string_view>
#include <vector>

#include "libcommon/base/bytes.h"
#include "libcommon/base/result.h"
#include "tests/support/disk_history.h"

// What a power cut leaves, made from a log of disk_shim.
//
// Written data, sizes included, is there for sure once an fsync or fdatasync of the file or a
// syncfs that began after the write returned success; an entry of a folder (create, mkdir, rename,
// unlink, rmdir, link) after an fsync of the folder or a syncfs, a rename between two folders after
// both. What a failed sync should have made durable never is, nor what a disk that lies took. Of
// the rest anything may be there:
//   data   each write wholly, not at all, or torn at 512-byte sectors of the file
//   names  any subset that fits together: with the creation of a file that is lost its data is
//   gone,
//          and a rename that is lost leaves both names as they were
// Bytes that a write does not touch stay, also in a sector that it tears.
namespace flu::disk {

enum class Mode {
  kLostAll,  // nothing that was not synced
  kKeptAll,  // everything: the program was killed, the system goes on
  kOrdered,  // names: those up to some moment, as a journal does it; data: any
  kAny,      // names: any; data: any, and sizes without their data
  kTorn      // the same, and torn sectors may also be zeros or garbage
};
inline constexpr std::array kModes{Mode::kLostAll, Mode::kKeptAll, Mode::kOrdered, Mode::kAny,
                                   Mode::kTorn};
std::string_view to_string(Mode mode);

class PowerCut {
 public:
  // With a cache folder (on the file system of the states) large files that need not be decided
  // about are hard links to it; then a state has to be removed before the next is made. What
  // happens to their content in a state does not come into the next.
  explicit PowerCut(const History& history, std::string cache_folder = {});

  // What a cut after the first `cut` records may leave, made in `folder`, which is not there yet.
  // The same for the same arguments. Fast where `cut` does not go back from call to call.
  Result<void> make_state(std::size_t cut, std::uint64_t seed, Mode mode,
                          const std::string& folder);

 private:
  using Entries = std::map<std::string, std::size_t>;
  struct Image {
    Buffer bytes;
    std::size_t next = 0;         // changes before this one are in it
    std::size_t cached = kNever;  // `next` of the copy in the cache
  };
  struct Wanted {
    std::size_t cut;
    std::uint64_t seed;
    Mode mode;
  };

  [[nodiscard]] Result<std::vector<Entries>> choose_names(const Wanted& wanted) const;
  void advance(std::size_t object, std::size_t cut);
  // nullopt where it is the image.
  std::optional<Buffer> choose_content(std::size_t object, const Wanted& wanted);
  Result<void> make_folder(std::size_t object, const std::string& path, const Wanted& wanted,
                           const std::vector<Entries>& names,
                           std::map<std::size_t, std::string>& made);
  Result<void> make_file(std::size_t object, const std::string& path, const Wanted& wanted);
  Result<void> link_cached(std::size_t object, const std::string& path);

  const History& history_;
  std::string cache_folder_;
  std::vector<Image> images_;  // by object: what is durable
  std::size_t last_cut_ = 0;
};

}  // namespace flu::disk
