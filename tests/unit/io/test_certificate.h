#pragma once

#include <ctime>
#include <memory>
#include <string>
#include <vector>

#include <openssl/evp.h>
#include <openssl/pem.h>
#include <openssl/x509v3.h>

namespace flu::io {

// A key, and a certificate for it that it signed itself.
class TestCertificate {
 public:
  // `names`: "DNS:localhost,DNS:*.example"; "": a common name alone.
  explicit TestCertificate(const std::string& names, const std::string& common_name = "test",
                           int days = 2)
      : key_(EVP_EC_gen("P-256"), EVP_PKEY_free), certificate_(X509_new(), X509_free) {
    X509* const one = certificate_.get();
    X509_set_version(one, X509_VERSION_3);
    ASN1_INTEGER_set(X509_get_serialNumber(one), std::time(nullptr));
    constexpr int kDay = 86'400;
    X509_gmtime_adj(X509_getm_notBefore(one), (days < 0 ? days - 1 : -1) * kDay);
    X509_gmtime_adj(X509_getm_notAfter(one), days * kDay);
    X509_NAME_add_entry_by_txt(X509_get_subject_name(one), "CN", MBSTRING_ASC,
                               reinterpret_cast<const unsigned char*>(common_name.c_str()), -1, -1,
                               0);
    X509_set_issuer_name(one, X509_get_subject_name(one));
    if (!names.empty()) {
      X509_EXTENSION* const extension =
          X509V3_EXT_conf_nid(nullptr, nullptr, NID_subject_alt_name, names.c_str());
      X509_add_ext(one, extension, -1);
      X509_EXTENSION_free(extension);
    }
    X509_set_pubkey(one, key_.get());
    X509_sign(one, key_.get(), EVP_sha256());
  }

  [[nodiscard]] std::string certificate() const {
    return text([&](BIO* out) { PEM_write_bio_X509(out, certificate_.get()); });
  }
  // "": not encrypted.
  [[nodiscard]] std::string key(const std::string& password = "") const {
    return text([&](BIO* out) {
      PEM_write_bio_PKCS8PrivateKey(out, key_.get(), password.empty() ? nullptr : EVP_aes_128_cbc(),
                                    password.empty() ? nullptr : password.data(),
                                    static_cast<int>(password.size()), nullptr, nullptr);
    });
  }

 private:
  template <typename Write>
  static std::string text(Write write) {
    BIO* const out = BIO_new(BIO_s_mem());
    write(out);
    char* data = nullptr;
    const auto size = BIO_get_mem_data(out, &data);
    std::string copy(data, static_cast<std::size_t>(size));
    BIO_free(out);
    return copy;
  }

  std::unique_ptr<EVP_PKEY, decltype(&EVP_PKEY_free)> key_;
  std::unique_ptr<X509, decltype(&X509_free)> certificate_;
};

}  // namespace flu::io
