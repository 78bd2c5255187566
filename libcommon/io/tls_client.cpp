// Tested by tests/e2e/tls/relay-openssl.sh

#include "libcommon/io/tls_client.h"

#include <algorithm>
#include <cerrno>
#include <climits>
#include <cstring>
#include <utility>

#include <fmt/format.h>
#include <openssl/err.h>
#include <openssl/ssl.h>
#include <openssl/x509v3.h>

#include "libcommon/io/name_lookup.h"
#include "libcommon/io/tls_error.h"

namespace flu::io {
namespace {

struct FreeContext {
  void operator()(SSL_CTX* context) const { SSL_CTX_free(context); }
};
struct FreeSsl {
  void operator()(SSL* ssl) const { SSL_free(ssl); }
};

tl::unexpected<Error> failed(std::string_view doing, const std::string& why) {
  return fail(ErrorCode::kUnavailable, fmt::format("{}: {}", doing, why));
}

}  // namespace

struct TlsClient::State {
  UniqueFd socket;
  HostPort peer;
  bool is_verified = true;
  std::unique_ptr<SSL_CTX, FreeContext> context;
  std::unique_ptr<SSL, FreeSsl> ssl;
};

TlsClient::TlsClient(std::unique_ptr<State> state) : state_(std::move(state)) {}
TlsClient::TlsClient(TlsClient&&) noexcept = default;
TlsClient& TlsClient::operator=(TlsClient&&) noexcept = default;
TlsClient::~TlsClient() = default;

int TlsClient::fd() const {
  return state_->socket.get();
}

Result<TlsClient> TlsClient::make(UniqueFd socket, const HostPort& peer, const Settings& settings) {
  auto state = std::make_unique<State>();
  state->socket = std::move(socket);
  state->peer = peer;
  state->is_verified = settings.is_verified;
  state->context.reset(SSL_CTX_new(TLS_client_method()));
  SSL_CTX* const context = state->context.get();
  if (context == nullptr) return failed("start TLS", take_tls_reason());
  SSL_CTX_set_min_proto_version(context, TLS1_2_VERSION);
  SSL_CTX_set_mode(context, SSL_MODE_RELEASE_BUFFERS | SSL_MODE_ENABLE_PARTIAL_WRITE |
                                SSL_MODE_ACCEPT_MOVING_WRITE_BUFFER);
  // Servers that end without the closing alert are many; a body says itself when it is whole.
  SSL_CTX_set_options(context, SSL_OP_IGNORE_UNEXPECTED_EOF);
  if (settings.is_verified) {
    SSL_CTX_set_verify(context, SSL_VERIFY_PEER, nullptr);
    if (settings.ca_file.empty()) {
      SSL_CTX_set_default_verify_paths(context);
    } else if (SSL_CTX_load_verify_file(context, settings.ca_file.c_str()) != 1) {
      return fail(ErrorCode::kInvalidArgument, fmt::format("read certificates from {}: {}",
                                                           settings.ca_file, take_tls_reason()));
    }
  }
  state->ssl.reset(SSL_new(context));
  SSL* const ssl = state->ssl.get();
  if (ssl == nullptr || SSL_set_fd(ssl, state->socket.get()) != 1) {
    return failed("start TLS", take_tls_reason());
  }
  // RFC 6066 3: an address is no server name.
  const bool is_address = parse_address(peer).has_value();
  if (!is_address) {
    // SSL_set_tlsext_host_name() without its casts; it copies.
    SSL_ctrl(ssl, SSL_CTRL_SET_TLSEXT_HOSTNAME, TLSEXT_NAMETYPE_host_name,
             const_cast<char*>(peer.host.c_str()));
  }
  if (settings.is_verified) {
    const bool is_set =
        is_address ? X509_VERIFY_PARAM_set1_ip_asc(SSL_get0_param(ssl), peer.host.c_str()) == 1
                   : SSL_set1_host(ssl, peer.host.c_str()) == 1;
    if (!is_set) return failed("start TLS", take_tls_reason());
  }
  SSL_set_connect_state(ssl);
  return TlsClient(std::move(state));
}

Result<TlsClient::Step> TlsClient::judge(int result, std::string_view doing) {
  switch (SSL_get_error(state_->ssl.get(), result)) {
    case SSL_ERROR_NONE: return Step::kDone;
    case SSL_ERROR_WANT_READ: return Step::kWantRead;
    case SSL_ERROR_WANT_WRITE: return Step::kWantWrite;
    case SSL_ERROR_ZERO_RETURN: return Step::kEnd;
    case SSL_ERROR_SYSCALL:
      if (errno == 0 || errno == EPIPE || errno == ECONNRESET) {
        return failed(doing, "the peer ended the connection");
      }
      return failed(doing, std::strerror(errno));
    default: return failed(doing, take_tls_reason());
  }
}

Result<TlsClient::Step> TlsClient::handshake() {
  const std::string doing = fmt::format("tls {}", state_->peer.to_text());
  ERR_clear_error();
  errno = 0;
  const int result = SSL_do_handshake(state_->ssl.get());
  if (result == 1) return Step::kDone;
  const int kind = SSL_get_error(state_->ssl.get(), result);
  if (kind == SSL_ERROR_ZERO_RETURN) return failed(doing, "the peer ended the handshake");
  if (kind == SSL_ERROR_SSL) {
    const auto verified = SSL_get_verify_result(state_->ssl.get());
    if (state_->is_verified && verified != X509_V_OK) {
      ERR_clear_error();
      return fail(ErrorCode::kDenied, fmt::format("{}: its certificate is not accepted: {}", doing,
                                                  X509_verify_cert_error_string(verified)));
    }
    if (ERR_GET_REASON(ERR_peek_error()) == SSL_R_WRONG_VERSION_NUMBER) {
      ERR_clear_error();
      return failed(doing, "what answers there does not speak TLS");
    }
  }
  return judge(result, doing);
}

Result<TlsClient::Step> TlsClient::read(std::uint8_t* into, std::size_t max, std::size_t& got) {
  ERR_clear_error();
  errno = 0;
  got = 0;
  const int result =
      SSL_read(state_->ssl.get(), into, static_cast<int>(std::min<std::size_t>(max, INT_MAX)));
  if (result > 0) {
    got = static_cast<std::size_t>(result);
    return Step::kDone;
  }
  return judge(result, fmt::format("read from {}", state_->peer.to_text()));
}

Result<TlsClient::Step> TlsClient::write(Bytes bytes, std::size_t& taken) {
  ERR_clear_error();
  errno = 0;
  taken = 0;
  const int result = SSL_write(state_->ssl.get(), bytes.data(),
                               static_cast<int>(std::min<std::size_t>(bytes.size(), INT_MAX)));
  if (result > 0) {
    taken = static_cast<std::size_t>(result);
    return Step::kDone;
  }
  return judge(result, fmt::format("write to {}", state_->peer.to_text()));
}

}  // namespace flu::io
