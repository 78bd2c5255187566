#pragma once

#include <cstdint>

// The log that disk_shim writes and power_cut reads: records one behind the other, each a header,
// the two paths and the data. Host byte order: it is read on the machine that made it.
namespace flu::disk {

enum class Op : std::uint16_t {
  kStart = 1,   // a program was preloaded; path: the root, object: its inode; offset: entries in it
  kCreate,      // object at path; an empty path is a file without a name (O_TMPFILE)
  kMkdir,       // object at path
  kWrite,       // data at offset
  kTruncate,    // size is offset now; what is new is zeros
  kZero,        // zeros from offset on, `length` of them; flag kKeepSize
  kRename,      // object from path to other
  kUnlink,      // object from path
  kRmdir,       // object from path
  kLink,        // object, another name path
  kSyncBegin,   // fsync, fdatasync of object, or of all where object is 0; offset: token of this
                // call
  kSyncEnd,     // it returned success; the same token. Flag kLied: and did nothing
  kSyncFailed,  // it returned an error; the same token
  kAck,         // data: what was written to standard output or standard error
  kUnsupported  // path: what the model does not know and so must not be done; data: the call
};

constexpr std::uint32_t kLogMagic = 0x474f4c44;  // "DLOG"
constexpr std::uint16_t kLied = 1;               // the disk said yes and did nothing
constexpr std::uint16_t kKeepSize = 2;

struct LogHeader {
  std::uint32_t magic = kLogMagic;
  Op op{};
  std::uint16_t flags = 0;
  std::uint64_t object =
      0;  // inode number; used again after an unlink, so kCreate and kMkdir begin a new one
  std::uint64_t offset = 0;
  std::uint64_t length = 0;  // of the zeros; of the data
  std::uint32_t path_size = 0;
  std::uint32_t other_size = 0;
};
static_assert(sizeof(LogHeader) == 40);

}  // namespace flu::disk
