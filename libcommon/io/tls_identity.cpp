#include "libcommon/io/tls_identity.h"

#include <algorithm>
#include <ctime>
#include <iterator>
#include <utility>

#include <fmt/format.h>
#include <openssl/err.h>
#include <openssl/pem.h>
#include <openssl/ssl.h>
#include <openssl/x509v3.h>

#include "libcommon/base/text.h"
#include "libcommon/io/file.h"
#include "libcommon/io/tls_channel.h"
#include "libcommon/io/tls_error.h"

namespace flu::io {
namespace {

constexpr std::size_t kMaxPem = 1 << 20;

template <auto kFree>
struct Freeing {
  template <typename T>
  void operator()(T* object) const {
    kFree(object);
  }
};
using Bio = std::unique_ptr<BIO, Freeing<BIO_free_all>>;
using Certificate = std::unique_ptr<X509, Freeing<X509_free>>;
using Key = std::unique_ptr<EVP_PKEY, Freeing<EVP_PKEY_free>>;
using Names = std::unique_ptr<GENERAL_NAMES, Freeing<GENERAL_NAMES_free>>;

struct Pem {
  Buffer text;
  Bio bio;
};

Result<Pem> open_pem(const std::string& path) {
  Pem pem;
  FLU_TRY_ASSIGN(pem.text, read_file(path, kMaxPem));
  pem.bio.reset(BIO_new_mem_buf(pem.text.data(), static_cast<int>(pem.text.size())));
  ERR_clear_error();
  return pem;
}

tl::unexpected<Error> malformed(std::string words) {
  return fail(ErrorCode::kMalformed, std::move(words));
}

// All certificates of a file, in its order.
Result<std::vector<Certificate>> read_certificates(const std::string& path) {
  FLU_TRY_ASSIGN(const Pem pem, open_pem(path));
  std::vector<Certificate> out;
  while (X509* const one = PEM_read_bio_X509_AUX(pem.bio.get(), nullptr, nullptr, nullptr)) {
    out.emplace_back(one);
  }
  const bool is_end = ERR_GET_REASON(ERR_peek_last_error()) == PEM_R_NO_START_LINE;
  if (!is_end) return malformed(fmt::format("certificate {}: {}", path, take_tls_reason()));
  ERR_clear_error();
  if (out.empty()) {
    return malformed(
        fmt::format("certificate {}: expected PEM, '-----BEGIN CERTIFICATE-----', "
                    "and there is none",
                    path));
  }
  return out;
}

int give_password(char* into, int room, int /*is_writing*/, void* password) {
  const auto& text = *static_cast<const std::string*>(password);
  if (text.size() > static_cast<std::size_t>(room)) return -1;
  std::copy(text.begin(), text.end(), into);
  return static_cast<int>(text.size());
}

Result<Key> read_key(const std::string& path, std::string password) {
  FLU_TRY_ASSIGN(const Pem pem, open_pem(path));
  Key key(PEM_read_bio_PrivateKey(pem.bio.get(), nullptr, give_password, &password));
  if (key) return key;
  const std::string why = take_tls_reason();
  if (as_text(pem.text).find("PRIVATE KEY-----") == std::string_view::npos) {
    return malformed(fmt::format(
        "key {}: expected PEM, '-----BEGIN PRIVATE KEY-----', and there is none", path));
  }
  if (as_text(pem.text).find("ENCRYPTED") != std::string_view::npos) {
    return malformed(
        fmt::format("key {}: is encrypted, and not with the password '{}'", path, password));
  }
  return malformed(fmt::format("key {}: {}", path, why));
}

WallTime to_wall_time(const ASN1_TIME* time) {
  std::tm parts{};
  if (time == nullptr || ASN1_TIME_to_tm(time, &parts) != 1) return {};
  return WallTime(std::chrono::seconds(::timegm(&parts)));
}

std::string lower(std::string_view text) {
  std::string out(text);
  for (char& c : out) {
    if (c >= 'A' && c <= 'Z') c = static_cast<char>(c - 'A' + 'a');
  }
  return out;
}

std::string text_of(const ASN1_STRING* text) {
  return {reinterpret_cast<const char*>(ASN1_STRING_get0_data(text)),
          static_cast<std::size_t>(ASN1_STRING_length(text))};
}

// Subject alternative names; a certificate without them is for its common name.
std::vector<std::string> names_of(X509* certificate) {
  std::vector<std::string> out;
  const Names names(static_cast<GENERAL_NAMES*>(
      X509_get_ext_d2i(certificate, NID_subject_alt_name, nullptr, nullptr)));
  for (int i = 0; i < sk_GENERAL_NAME_num(names.get()); ++i) {
    const GENERAL_NAME* const name = sk_GENERAL_NAME_value(names.get(), i);
    if (name->type == GEN_DNS) out.push_back(lower(text_of(name->d.dNSName)));
  }
  if (names) return out;
  X509_NAME* const subject = X509_get_subject_name(certificate);
  const int place = X509_NAME_get_index_by_NID(subject, NID_commonName, -1);
  if (place >= 0) {
    out.push_back(lower(text_of(X509_NAME_ENTRY_get_data(X509_NAME_get_entry(subject, place)))));
  }
  return out;
}

// Of the protocols that a client offers: HTTP/1.1, or nothing is said.
int choose_protocol(SSL* /*ssl*/, const unsigned char** out, unsigned char* size,
                    const unsigned char* offered, unsigned offered_size, void* /*unused*/) {
  static constexpr unsigned char kOurs[] = {8, 'h', 't', 't', 'p', '/', '1', '.', '1'};
  unsigned char* chosen = nullptr;
  if (SSL_select_next_proto(&chosen, size, kOurs, sizeof kOurs, offered, offered_size) !=
      OPENSSL_NPN_NEGOTIATED) {
    return SSL_TLSEXT_ERR_NOACK;
  }
  *out = chosen;
  return SSL_TLSEXT_ERR_OK;
}

void set_up(SSL_CTX* context) {
  SSL_CTX_set_min_proto_version(context, TLS1_2_VERSION);
  // TLS 1.3 has nothing but good ones; of 1.2, those with forward secrecy and authentication.
  SSL_CTX_set_cipher_list(context, "ECDHE+AESGCM:ECDHE+CHACHA20");
  SSL_CTX_set_options(context, SSL_OP_NO_RENEGOTIATION | SSL_OP_CIPHER_SERVER_PREFERENCE |
                                   SSL_OP_PRIORITIZE_CHACHA | SSL_OP_ENABLE_KTLS |
                                   SSL_OP_IGNORE_UNEXPECTED_EOF);
  SSL_CTX_set_mode(context, SSL_MODE_RELEASE_BUFFERS | SSL_MODE_ENABLE_PARTIAL_WRITE |
                                SSL_MODE_ACCEPT_MOVING_WRITE_BUFFER);
  // Who comes back brings his session in a ticket: nothing is kept here.
  SSL_CTX_set_session_cache_mode(context, SSL_SESS_CACHE_OFF);
  static constexpr unsigned char kSessions[] = {'f', 'l', 'u'};
  SSL_CTX_set_session_id_context(context, kSessions, sizeof kSessions);
  SSL_CTX_set_alpn_select_cb(context, choose_protocol, nullptr);
}

}  // namespace

TlsIdentity::~TlsIdentity() {
  SSL_CTX_free(context_);
}

Result<std::shared_ptr<TlsIdentity>> TlsIdentity::load(const TlsFiles& files,
                                                       const std::string& password) {
  std::shared_ptr<TlsIdentity> out(new TlsIdentity);
  out->files_ = files;
  out->context_ = SSL_CTX_new(TLS_server_method());
  if (out->context_ == nullptr) {
    return fail(ErrorCode::kUnavailable, "start TLS: " + take_tls_reason());
  }
  set_up(out->context_);
  SSL_CTX_callback_ctrl(out->context_, SSL_CTRL_SET_TLSEXT_SERVERNAME_CB,
                        reinterpret_cast<void (*)()>(TlsChannel::choose_identity));
  FLU_TRY(out->take(password));
  return out;
}

Result<void> TlsIdentity::take(const std::string& password) {
  FLU_TRY_ASSIGN(auto certificates, read_certificates(files_.certificate));
  FLU_TRY_ASSIGN(const Key key, read_key(files_.key, password));
  X509* const own = certificates.front().get();
  if (X509_check_private_key(own, key.get()) != 1) {
    ERR_clear_error();
    return malformed(
        fmt::format("key {} does not belong to certificate {}", files_.key, files_.certificate));
  }
  if (!files_.chain.empty()) {
    FLU_TRY_ASSIGN(auto more, read_certificates(files_.chain));
    std::move(more.begin(), more.end(), std::back_inserter(certificates));
  }
  bool is_taken = SSL_CTX_use_certificate(context_, own) == 1 &&
                  SSL_CTX_use_PrivateKey(context_, key.get()) == 1;
  for (std::size_t i = 1; is_taken && i < certificates.size(); ++i) {
    is_taken = SSL_CTX_add1_chain_cert(context_, certificates[i].get()) == 1;
  }
  if (!is_taken) {
    return malformed(fmt::format("certificate {}: {}", files_.certificate, take_tls_reason()));
  }
  names_ = names_of(own);
  from_ = to_wall_time(X509_get0_notBefore(own));
  until_ = to_wall_time(X509_get0_notAfter(own));
  return {};
}

bool TlsIdentity::is_for(std::string_view host) const {
  std::string wanted = lower(host);
  if (wanted.ends_with('.')) wanted.pop_back();
  const auto dot = wanted.find('.');
  return std::any_of(names_.begin(), names_.end(), [&](std::string_view name) {
    if (name == wanted) return true;
    return name.starts_with("*.") && dot != 0 && dot != std::string::npos &&
           name.substr(1) == std::string_view(wanted).substr(dot);
  });
}

void TlsIdentity::set_ticket_key(const TlsTicketKey& key) {
  TlsTicketKey copy = key;
  SSL_CTX_set_tlsext_ticket_keys(context_, copy.data(), static_cast<int>(copy.size()));
}

}  // namespace flu::io
