#pragma once

#include <sys/types.h>
#include <sys/uio.h>

#include <array>
#include <cstdint>
#include <memory>
#include <span>
#include <string>

#include "libcommon/io/tls_identity.h"

namespace flu::io {

// The server's end of TLS over a connected, non-blocking socket that it does not own: receive() and
// send() mean what recv() and sendmsg() do. Where the kernel has TLS, it does the work.
class TlsChannel {
 public:
  enum class Step { kDone, kWantRead, kWantWrite, kFailed };

  // `identities` is not empty.
  TlsChannel(TlsIdentities identities, int socket);
  ~TlsChannel();
  TlsChannel(const TlsChannel&) = delete;
  TlsChannel& operator=(const TlsChannel&) = delete;

  // First of all, again until it is kDone or kFailed.
  Step handshake();
  [[nodiscard]] const std::string& failure() const { return failure_; }  // of the handshake

  // Bytes; 0: the end; -1 with errno, EAGAIN among others. At least a record (16 KiB) of room.
  ssize_t receive(std::span<char> into);
  [[nodiscard]] bool wants_write() const { return wants_write_; }  // to go on receiving

  // Bytes that are taken: also those of a record that waits for the socket, see flush().
  ssize_t send(std::span<const iovec> pieces);
  // True when all that was taken is in the socket, or will never be.
  bool flush();

  // Tells the peer that nothing comes any more, as far as the socket takes it now.
  void end();

 private:
  friend class TlsIdentity;
  static constexpr std::size_t kRecord = 16 << 10;
  using Record = std::array<char, kRecord>;

  static int choose_identity(ssl_st* ssl, int* alert, void* unused);
  ssize_t judge(int result);

  TlsIdentities identities_;
  ssl_st* ssl_;
  std::unique_ptr<Record> waiting_;  // the kernel may still read from it
  std::size_t waiting_size_ = 0;
  bool wants_write_ = false;
  bool is_broken_ = false;
  std::string failure_;
};

}  // namespace flu::io
