#pragma once

#include <sys/types.h>
#include <sys/uio.h>

#include <climits>
#include <cstdint>
#include <string_view>

#include "tests/support/disk_log.h"

// Part of disk_shim: what a path or a descriptor is to the test, and the log. Nothing here
// allocates, and nothing is kept about descriptors: the kernel is asked each time, so that no dup,
// close, fork or exec makes it wrong.
namespace flu::disk {

// Something below $FLU_DISK_ROOT, or the root itself.
struct Place {
  bool is_below = false;
  bool is_there = false;
  std::uint64_t inode = 0;
  mode_t mode = 0;
  off_t size = 0;
  char text[PATH_MAX + 1] = "";

  // Below the root.
  [[nodiscard]] std::string_view path() const { return text; }
};

// Not until the program begins, nor without $FLU_DISK_ROOT: then nothing is below, and nothing of
// the C library is called, which a sanitizer that is about to start has in its hands.
bool is_active();

void find_descriptor(int fd, Place& out);
// Links in the last part of the path are not followed.
void find_path(int folder, const char* path, Place& out);

// While it lives, no other thread or program below the root does anything: so the log has the true
// order. Keeps errno.
class Recorder {
 public:
  Recorder();
  ~Recorder();
  Recorder(const Recorder&) = delete;
  Recorder& operator=(const Recorder&) = delete;

  void add(Op op, const Place& place, std::uint64_t offset = 0, std::uint16_t flags = 0,
           std::string_view other = {});
  void add_zeros(const Place& place, std::uint64_t offset, std::uint64_t length,
                 std::uint16_t flags);
  // The first `size` bytes of `parts`.
  void add_write(const Place& place, std::uint64_t offset, const iovec* parts, int count,
                 std::size_t size, std::uint16_t flags);
  void add_ack(const void* text, std::size_t size);
  void add_unsupported(const char* call, std::string_view path);

 private:
  void put(const LogHeader& header, std::string_view path, std::string_view other,
           const iovec* parts, int count, std::size_t size);

  int log_ = -1;
  int error_;
};

}  // namespace flu::disk
