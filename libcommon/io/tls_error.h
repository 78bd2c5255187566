#pragma once

#include <string>

namespace flu::io {

// The first of OpenSSL's errors, in words; its queue is emptied.
std::string take_tls_reason();

}  // namespace flu::io
