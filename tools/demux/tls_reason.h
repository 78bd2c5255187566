#pragma once

#include <string>

#include "libcommon/base/error.h"
#include "libcommon/base/result.h"

namespace flu::demux {

// A file of tls_ca= that cannot be used is an error, not an authority less.
Result<> check_authorities(const std::string& ca_file);

// A certificate that libav did not accept.
struct Refusal {
  std::string url;   // libav's, of what was to be opened
  std::string host;  // that showed it: another one after a redirection
  std::string said;  // libav's words, which do not tell what is wrong with it
  std::string ca_file;
};

// Shakes hands once more, with OpenSSL, which tells why. Nothing is sent.
Error explain_refusal(const Refusal& refusal);

}  // namespace flu::demux
