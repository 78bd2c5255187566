// Tested by tests/e2e/tls/relay-openssl.sh
#include "libcommon/io/tls_error.h"

#include <openssl/err.h>

namespace flu::io {

std::string take_tls_reason() {
  const unsigned long code = ERR_get_error();  // NOLINT(google-runtime-int): OpenSSL's type
  ERR_clear_error();
  const char* text = code == 0 ? nullptr : ERR_reason_error_string(code);
  return text == nullptr ? "no reason given" : text;
}

}  // namespace flu::io
