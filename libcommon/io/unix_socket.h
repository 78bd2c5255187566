#pragma once

#include <cstddef>
#include <optional>
#include <string>
#include <vector>

#include "libcommon/base/bytes.h"
#include "libcommon/base/result.h"
#include "libcommon/base/unique_fd.h"

namespace flu::io {

enum class UnixType { kStream, kSeqPacket };

// Sockets in the file system. Bound and connected through /proc/self/fd/DIRFD, so that the path may
// be longer than sun_path. All are non-blocking and close-on-exec.

// Replaces a socket that nobody listens on any more; the file gets mode 0660.
Result<UniqueFd> listen_unix(const std::string& path, UnixType type);

// kUnavailable where nobody listens, kNotFound where there is no such file.
Result<UniqueFd> connect_unix(const std::string& path, UnixType type);

// The next connection, or nullopt when none waits. Only processes of our own user or root are
// let in (SO_PEERCRED).
Result<std::optional<UniqueFd>> accept_unix(int listener);

struct Message {
  Buffer data;
  std::vector<UniqueFd> fds;
};

// One message of a SEQPACKET socket, with descriptors (SCM_RIGHTS). Sending returns false when the
// queue is full; receiving returns nullopt when nothing waits and kUnavailable at the end.
Result<bool> send_message(int socket, Bytes data, const std::vector<int>& fds = {});
Result<std::optional<Message>> receive_message(int socket, std::size_t max_bytes = 65536);
// The same of a stream socket: what waits, up to so many bytes.
Result<std::optional<Message>> receive_bytes(int socket, std::size_t max_bytes);

}  // namespace flu::io
