#include "libcommon/io/tls_channel.h"

#include <algorithm>
#include <cerrno>
#include <climits>
#include <cstring>
#include <utility>

#include <openssl/err.h>
#include <openssl/ssl.h>

#include "libcommon/io/tls_error.h"

namespace flu::io {

TlsChannel::TlsChannel(TlsIdentities identities, int socket)
    : identities_(std::move(identities)), ssl_(SSL_new(identities_.front()->context_)) {
  if (ssl_ == nullptr || SSL_set_fd(ssl_, socket) != 1) {
    is_broken_ = true;
    failure_ = take_tls_reason();
    return;
  }
  SSL_set_app_data(ssl_, this);
  SSL_set_accept_state(ssl_);
}

TlsChannel::~TlsChannel() {
  SSL_free(ssl_);
}

// The first identity is there already. RFC 6066 3: no name, or one that is not ours, is no error.
int TlsChannel::choose_identity(SSL* ssl, int* /*alert*/, void* /*unused*/) {
  const char* const name = SSL_get_servername(ssl, TLSEXT_NAMETYPE_host_name);
  if (name == nullptr) return SSL_TLSEXT_ERR_NOACK;
  const auto& self = *static_cast<const TlsChannel*>(SSL_get_app_data(ssl));
  const auto found = std::find_if(self.identities_.begin(), self.identities_.end(),
                                  [&](const auto& identity) { return identity->is_for(name); });
  if (found == self.identities_.end()) return SSL_TLSEXT_ERR_NOACK;
  SSL_set_SSL_CTX(ssl, (*found)->context_);
  return SSL_TLSEXT_ERR_OK;
}

TlsChannel::Step TlsChannel::handshake() {
  if (is_broken_) return Step::kFailed;
  ERR_clear_error();
  errno = 0;
  const int result = SSL_do_handshake(ssl_);
  if (result == 1) return Step::kDone;
  switch (SSL_get_error(ssl_, result)) {
    case SSL_ERROR_WANT_READ: return Step::kWantRead;
    case SSL_ERROR_WANT_WRITE: return Step::kWantWrite;
    case SSL_ERROR_SSL: failure_ = take_tls_reason(); break;
    default: failure_ = errno == 0 ? "the client left" : std::strerror(errno); break;
  }
  is_broken_ = true;
  return Step::kFailed;
}

// What recv() and sendmsg() would have said.
ssize_t TlsChannel::judge(int result) {
  switch (SSL_get_error(ssl_, result)) {
    case SSL_ERROR_WANT_READ:
    case SSL_ERROR_WANT_WRITE: errno = EAGAIN; return -1;
    case SSL_ERROR_ZERO_RETURN: return 0;
    case SSL_ERROR_SYSCALL:
      is_broken_ = true;
      if (errno == 0) return 0;
      return -1;
    default:
      is_broken_ = true;
      ERR_clear_error();
      errno = EPROTO;
      return -1;
  }
}

ssize_t TlsChannel::receive(std::span<char> into) {
  ERR_clear_error();
  errno = 0;
  const auto room = static_cast<int>(std::min<std::size_t>(into.size(), INT_MAX));
  const int result = SSL_read(ssl_, into.data(), room);
  wants_write_ = result <= 0 && SSL_want_write(ssl_);
  return result > 0 ? result : judge(result);
}

bool TlsChannel::flush() {
  if (!waiting_) return true;
  ERR_clear_error();
  errno = 0;
  const int result = SSL_write(ssl_, waiting_->data(), static_cast<int>(waiting_size_));
  if (result <= 0 && judge(result) < 0 && errno == EAGAIN) return false;
  waiting_.reset();
  return true;
}

// Many small pieces become one record. A record that the socket does not take now is kept, since
// OpenSSL has to be given the same bytes again, and the caller may change his mind about what
// comes next.
ssize_t TlsChannel::send(std::span<const iovec> pieces) {
  if (!flush()) {
    errno = EAGAIN;
    return -1;
  }
  if (is_broken_) {
    errno = EPIPE;
    return -1;
  }
  static std::unique_ptr<Record> record;  // one thread a process; given away when it has to wait
  if (!record) record = std::make_unique<Record>();
  std::size_t size = 0;
  for (const iovec& piece : pieces) {
    const std::size_t part = std::min(piece.iov_len, kRecord - size);
    if (part == 0) continue;
    std::memcpy(record->data() + size, piece.iov_base, part);
    size += part;
  }
  if (size == 0) return 0;
  ERR_clear_error();
  errno = 0;
  const int result = SSL_write(ssl_, record->data(), static_cast<int>(size));
  if (result > 0) return result;
  if (SSL_get_error(ssl_, result) != SSL_ERROR_WANT_WRITE) {
    const ssize_t said = judge(result);
    if (said < 0 && errno != EAGAIN) return said;
    is_broken_ = true;  // a write that would have to read first: nothing of ours asks for that
    errno = EPIPE;
    return -1;
  }
  waiting_ = std::move(record);
  waiting_size_ = size;
  return static_cast<ssize_t>(size);
}

void TlsChannel::end() {
  if (is_broken_ || waiting_ || SSL_in_init(ssl_) != 0) return;
  ERR_clear_error();
  SSL_shutdown(ssl_);
  ERR_clear_error();
}

}  // namespace flu::io
