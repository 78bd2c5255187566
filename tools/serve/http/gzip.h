#pragma once

#include <string_view>

#include "libcommon/base/bytes.h"

namespace flu::serve {

// `bytes` as a gzip file (RFC 1952); empty where memory is short. The same bytes give the same
// file.
Buffer gzip(Bytes bytes);

// May an answer be gzip, by its Accept-Encoding (RFC 9110 12.5.3)?
bool accepts_gzip(std::string_view accept_encoding);

}  // namespace flu::serve
