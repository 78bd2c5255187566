#pragma once

#include <sys/types.h>
#include <sys/uio.h>

#include <cstddef>
#include <string_view>

// Part of disk_shim: system calls that are recorded and made to fail below the root, and are
// themselves elsewhere. They answer as the C library does, with errno.
namespace flu::disk {

int open_at(int folder, const char* path, int flags, mode_t mode);
// `offset` -1: at the descriptor's position. `how` as in pwritev2(2).
ssize_t write_parts(int fd, const iovec* parts, int count, off_t offset, int how);
ssize_t write_one(int fd, const void* data, std::size_t size, off_t offset);
int set_size(int fd, off_t size);
int set_size(const char* path, off_t size);
int allocate(int fd, int how, off_t offset, off_t length);
int rename_at(int from_folder, const char* from, int to_folder, const char* to, unsigned how);
int remove_at(int folder, const char* path, int how);
int make_folder(int folder, const char* path, mode_t mode);
int link_at(int from_folder, const char* from, int to_folder, const char* to, int how);
// `op` is fsync, fdatasync or syncfs, `number` the system call.
int sync_one(std::string_view op, long number, int fd);
int sync_range(int fd, off_t offset, off_t length, unsigned how);
void sync_everything();
// At most 64 KiB, as a file system does that cannot copy by itself. `offset` may be null, and
// `to_offset` -1: the descriptors' positions.
ssize_t copy_piece(int from, off_t* offset, int to, off_t to_offset, std::size_t size);

bool is_acknowledgement(const void* text, std::size_t size);
bool is_file_below(int fd);
// Logs that it was done, where it was done below the root: the model does not know it.
void refuse(const char* call, int folder, const char* path);
void refuse(const char* call, int fd);

}  // namespace flu::disk
