#include "tools/serve/http/gzip.h"

#include <zlib.h>

#include <algorithm>

#include <boost/beast/core/string.hpp>

#include "libcommon/base/text.h"

namespace flu::serve {
namespace {

constexpr int kGzipFormat = 16;  // added to the window's bits, zlib.h

// "0", "0.0", "0.000": not acceptable.
bool is_zero(std::string_view quality) {
  return !quality.empty() &&
         std::all_of(quality.begin(), quality.end(), [](char c) { return c == '0' || c == '.'; });
}

std::string_view without_spaces(std::string_view text) {
  const auto first = text.find_first_not_of(" \t");
  if (first == std::string_view::npos) return {};
  return text.substr(first, text.find_last_not_of(" \t") - first + 1);
}

}  // namespace

Buffer gzip(Bytes bytes) {
  z_stream stream{};
  if (::deflateInit2(&stream, Z_DEFAULT_COMPRESSION, Z_DEFLATED, MAX_WBITS + kGzipFormat,
                     MAX_MEM_LEVEL, Z_DEFAULT_STRATEGY) != Z_OK) {
    return {};
  }
  Buffer out(::deflateBound(&stream, static_cast<uLong>(bytes.size())));
  // zlib takes bytes that it could change, and does not.
  stream.next_in = const_cast<Bytef*>(bytes.data());
  stream.avail_in = static_cast<uInt>(bytes.size());
  stream.next_out = out.data();
  stream.avail_out = static_cast<uInt>(out.size());
  const int result = ::deflate(&stream, Z_FINISH);
  out.resize(result == Z_STREAM_END ? stream.total_out : 0);
  ::deflateEnd(&stream);
  return out;
}

bool accepts_gzip(std::string_view accept_encoding) {
  if (accept_encoding.empty()) return false;
  for (const std::string_view part : split(accept_encoding, ',')) {
    const auto semicolon = part.find(';');
    const std::string_view coding = without_spaces(part.substr(0, semicolon));
    if (!boost::beast::iequals(coding, "gzip") && coding != "*") continue;
    if (semicolon == std::string_view::npos) return true;
    const std::string_view weight = without_spaces(part.substr(semicolon + 1));
    return !((weight.starts_with("q=") || weight.starts_with("Q=")) && is_zero(weight.substr(2)));
  }
  return false;
}

}  // namespace flu::serve
